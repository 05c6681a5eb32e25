import Basics
import Concurrency
import DICOM
import DICOMNetwork
import Files
import Foundation
import Operations
import Protocol
import Synchronization

/// The destination that a called title stands for.
package struct DoorRoute: Sendable {
    package let title: ApplicationEntityTitle
    /// The order for a study that was sent to the title.
    package let template: OrderTemplate

    package init(title: ApplicationEntityTitle, template: OrderTemplate) {
        self.title = title
        self.template = template
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
    private let intakes: DoorIntakes
    private let watched = WatchedFolders()
    /// By title. Blocking: two changes at once would take one folder twice.
    private let templates = Mutex<[String: LiveOrderTemplate]>([:])
    private let folder: String
    private let timing: Timing
    private let quiet: OpenStudies.Quiet
    private let resources: DeliveryResources
    private let figures: DoorFigures
    /// `nil` where storage commitment is not offered.
    private let commitments: StorageCommitments?
    private let command: AssociationChildCommand

    /// Makes the folders and listens.
    ///
    /// - Parameter folder: has a folder for each title.
    /// - Throws: `FileError`; `OperationFailure` where another process uses the folder; `DoorListener.Failure`.
    package init(
        _ ports: DoorListener.Ports, rules: DoorRules, routes: [DoorRoute], folder: String, timing: Timing, resources: DeliveryResources,
        commitments: StorageCommitments? = nil, command: AssociationChildCommand = .thisProgram
    ) throws {
        let figures = DoorFigures()
        var rules = rules
        rules.commits = commitments != nil
        intakes = DoorIntakes(commitments: commitments)
        listener = try DoorListener(
            ports, rules: rules, taker: intakes, observer: DoorTelling(observer: resources.observer, figures: figures), command: command,
            clock: resources.clock)
        self.commitments = commitments
        self.command = command
        self.folder = folder
        self.timing = timing
        quiet = OpenStudies.Quiet(afterRelease: timing.quiet, afterCut: timing.quietAfterCut, whileOpen: rules.idle)
        self.resources = resources
        self.figures = figures
        try set(rules, routes)
    }

    /// Other rules and routes count from now on: for the next association, and for the next study. A folder of a title that is gone is
    /// watched on, since there may be studies in it.
    ///
    /// - Throws: as the initialiser; rules and routes are as they were then.
    package func set(_ rules: DoorRules, _ routes: [DoorRoute]) throws {
        try templates.withLock { templates in
            let new = try routes.filter { templates[$0.title.text] == nil }.map { ($0, try opened($0)) }
            for (route, opened) in new {
                templates[route.title.text] = opened.template
                intakes.add(opened.intake, for: route.title)
                watched.add(opened.watched)
            }
            for route in routes { templates[route.title.text]?.set(route.template) }
        }
        var rules = rules
        // What an open association means for a study was settled at the start.
        rules.idle = quiet.whileOpen
        rules.commits = commitments != nil
        listener.set(rules)
    }

    private func opened(_ route: DoorRoute) throws -> (intake: DoorIntake, watched: WatchedFolder, template: LiveOrderTemplate) {
        let openStudies = OpenStudies(quiet, clock: resources.clock)
        let template = LiveOrderTemplate(route.template)
        // Every file comes through here, and tells.
        var watching = WatchedFolder.Timing(interval: timing.interval, stable: .zero, settle: .zero, quiet: .zero)
        watching.quietInterval = .seconds(30)
        let watched = try WatchedFolder.open(
            Self.folder(of: route.title, in: folder), resources: resources, timing: watching, isClosed: openStudies.isClosed,
            template: template)
        LeftoverFiles.remove(in: watched.folder)
        let intake = DoorIntake(
            folder: watched.folder, openStudies: openStudies, journal: resources.outbox.journal,
            news: resources.outbox.news, figures: figures)
        return (intake, watched, template)
    }

    /// The ports that are listened on, the one without TLS first.
    package var portNumbers: [UInt16] { listener.portNumbers }

    /// Takes studies from modalities and puts them into the outbox, until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    package func run() async throws {
        let titles = templates.withLock { $0.keys.sorted() }
        resources.observer.observe(.door(.listening(.init(ports: portNumbers.map(Int.init), titles: titles))))
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { [listener] in try await listener.run() }
            group.addTask { [watched] in try await watched.run() }
            if let commitments {
                group.addTask { [resources, command, timing] in
                    try await commitments.run(
                        resources.outbox.journal, interval: timing.interval, command: command, clock: resources.clock)
                }
            }
        }
    }

    package func addFigures(to page: inout MetricsPage) { figures.add(to: &page, open: listener.associationCount) }

    /// The folder of a title, made.
    private static func folder(of title: ApplicationEntityTitle, in folder: String) throws -> String {
        // A title may hold any character but the backslash.
        let name = title.text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                ? String(decoding: [byte], as: UTF8.self) : "%" + hexadecimal([byte])
        }.joined()
        let place = "\(folder)/\(name)"
        try AtomicFile.makeDirectories(place, mode: 0o700)
        return place
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
