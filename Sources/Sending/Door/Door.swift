import Basics
import Concurrency
import DICOM
import DICOMNetwork
import Files
import Foundation
import Operations
import Protocol

/// What a called title stands for.
package struct DoorRoute: Sendable {
    package let title: ApplicationEntityTitle
    /// Who gets a study that was sent to the title.
    package let makeOrder: @Sendable (StudyPlan, _ source: String) throws -> StudyOrder

    package init(title: ApplicationEntityTitle, makeOrder: @escaping @Sendable (StudyPlan, _ source: String) throws -> StudyOrder) {
        self.title = title
        self.makeOrder = makeOrder
    }
}

/// Takes studies from modalities: a listener, and behind each called title a watched folder whose studies are closed by their senders.
package final class Door: Sendable {
    package struct Timing: Sendable {
        /// Without an instance, after the association was released.
        package var quiet: Duration
        /// The same after it was cut.
        package var quietAfterCut: Duration
        /// Between two looks at what has come.
        package var interval: Duration

        package init(quiet: Duration = .seconds(10), quietAfterCut: Duration = .seconds(60), interval: Duration = .seconds(1)) {
            self.quiet = quiet
            self.quietAfterCut = quietAfterCut
            self.interval = interval
        }
    }

    private let listener: DoorListener
    private let watched: [WatchedFolder]
    private let locks: [FileLock]
    private let resources: DeliveryResources
    private let figures: DoorFigures
    private let titles: [String]

    /// Makes the folders and listens.
    ///
    /// - Parameter folder: has a folder for each title.
    /// - Throws: `FileError`; `OperationFailure` where another process uses the folder; `DoorListener.Failure`.
    package init(
        _ ports: DoorListener.Ports, rules: DoorRules, routes: [DoorRoute], folder: String, timing: Timing, resources: DeliveryResources,
        command: DoorChildCommand = .thisProgram
    ) throws {
        let figures = DoorFigures()
        let quiet = OpenStudies.Quiet(afterRelease: timing.quiet, afterCut: timing.quietAfterCut, whileOpen: rules.idle)
        var (intakes, watched, locks): ([String: DoorIntake], [WatchedFolder], [FileLock]) = ([:], [], [])
        for route in routes {
            let place = try Self.folder(of: route.title, in: folder)
            guard let lock = try FileLock.take("\(place)/.veilray-watch.lock") else {
                throw OperationFailure(.invalidRequest, "another veilray-send uses \(place) already")
            }
            locks.append(lock)
            LeftoverFiles.remove(in: place)
            let openStudies = OpenStudies(quiet, clock: resources.clock)
            intakes[route.title.text] = DoorIntake(
                folder: place, openStudies: openStudies, journal: resources.outbox.journal, figures: figures)
            watched.append(
                WatchedFolder(
                    folder: place, resources: resources,
                    timing: WatchedFolder.Timing(interval: timing.interval, stable: .zero, settle: .zero, quiet: .zero),
                    isClosed: openStudies.isClosed, makeOrder: { plan in try route.makeOrder(plan, place) }))
        }
        let telling = DoorTelling(observer: resources.observer, figures: figures)
        listener = try DoorListener(
            ports, rules: rules, taker: DoorIntakes(intakes), observer: telling, command: command, clock: resources.clock)
        titles = routes.map(\.title.text)
        self.watched = watched
        self.locks = locks
        self.resources = resources
        self.figures = figures
    }

    /// The ports that are listened on, the one without TLS first.
    package var portNumbers: [UInt16] { listener.portNumbers }

    /// Takes studies and delivers them, and whatever else waits in the outbox, until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    package func run() async throws {
        resources.observer.observe(.door(.listening(.init(ports: portNumbers.map(Int.init), titles: titles))))
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { [listener] in try await listener.run() }
            for folder in watched { group.addTask { try await folder.run() } }
            group.addTask { [resources] in try await OutboxDrain(resources: resources, patience: nil, source: nil).forever() }
        }
    }

    package func addFigures(to page: inout MetricsPage) { figures.add(to: &page, open: listener.associationCount) }

    /// The folder of a title, made, without links in its path.
    private static func folder(of title: ApplicationEntityTitle, in folder: String) throws -> String {
        // A title may hold any character but the backslash.
        let name = title.text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                ? String(decoding: [byte], as: UTF8.self) : "%" + hexadecimal([byte])
        }.joined()
        let place = "\(folder)/\(name)"
        try AtomicFile.makeDirectories(place, mode: 0o700)
        guard let resolved = realpath(place, nil) else { throw FileError("find", place) }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// Counts and reports what happens at the door.
private struct DoorTelling: DoorObserver {
    let observer: any SenderObserver
    let figures: DoorFigures

    func observe(_ event: DoorEvent) {
        figures.count(event)
        if let report = DoorReport(event) { observer.observe(.door(report)) }
    }
}
