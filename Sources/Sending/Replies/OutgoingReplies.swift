import Concurrency
import Files
import Foundation
import Journal
import Logging
import Protocol

/// What waits in this home's outbox for peers that dial: it is sent over their sessions, sealed, resumed and receipted as by any delivery.
///
/// The outbox is opened when it is there. Other processes put studies into it; ``run()`` notices that by the journal's files.
package actor OutgoingReplies: StudySending {
    /// How often the journal's files are looked at: two system calls.
    private static let interval = Duration.milliseconds(100)
    private static let pauseAfterError = Duration.seconds(10)

    private let home: Home
    private let observer: any SenderObserver
    private let clock: any MonotonicClock
    /// Posted when something may have been put into the outbox.
    private nonisolated let news = ChangeNotice()
    private let log = Logger(label: "veilray.replies")
    private var resources: DeliveryResources?
    private var opening: Task<DeliveryResources, any Error>?

    package init(home: Home, observer: any SenderObserver, clock: any MonotonicClock = ContinuousClock()) {
        self.home = home
        self.observer = observer
        self.clock = clock
    }

    /// Watches the outbox and keeps it clean until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    package func run() async throws {
        let journal = JournalStamp(path: Outbox.path(in: home))
        var seen = journal.now()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.keepClean() }
            while true {
                try await clock.sleep(for: Self.interval)
                let now = journal.now()
                if now != seen { news.post() }
                seen = now
            }
        }
    }

    private func keepClean() async throws {
        while true {
            if let resources = try? await opened() { try await resources.outbox.keepClean(clock: clock) }
            try await clock.sleep(for: Self.pauseAfterError)
        }
    }

    /// - Returns: `nil` where nothing was ever put into the outbox.
    /// - Throws: as ``DeliveryResources/open(_:observer:clock:)``.
    private func opened() async throws -> DeliveryResources? {
        if let resources { return resources }
        guard Outbox.isThere(in: home) else { return nil }
        let task = opening ?? Task { [home, observer, clock] in try await DeliveryResources.open(home, observer: observer, clock: clock) }
        opening = task
        do {
            resources = try await task.value
        } catch {
            opening = nil
            throw error
        }
        return resources
    }

    package nonisolated func send(over session: Session, until last: StopRequest) async throws {
        while true {
            let (isLast, seen) = (last.isRequested, news.count)
            if let resources = await openedOrTold() {
                let drain = OutboxDrain(
                    resources: resources, patience: .zero, source: nil, peer: session.agreement.peer.fingerprint, way: SessionWay(session))
                try await drain.run(until: last, news: news)
                break
            }
            if isLast { break }
            _ = try await last.first { [news, clock] () async throws -> Bool? in
                await news.change(after: seen, within: Self.pauseAfterError, clock: clock)
                return true
            }
            try Task.checkCancellation()
        }
        try await session.noMoreStudies()
    }

    /// An outbox that cannot be opened keeps nobody from sending studies here.
    private func openedOrTold() async -> DeliveryResources? {
        do {
            return try await opened()
        } catch {
            if !Task.isCancelled { log.error("the outbox cannot be opened", metadata: ["reason": "\(JournalDatabase.reason(for: error))"]) }
            return nil
        }
    }

    /// The figures of the outbox; `nil` where there is none.
    package func figures() async -> DeliveryFigures.Counts? { resources?.figures.counts }
}

/// Tells whether anything was written to an SQLite journal since the last look, by any process: the database's file and its write-ahead log
/// have other sizes or times then.
private struct JournalStamp {
    struct Stamp: Equatable {
        var parts: [Int64] = []
    }

    let path: String

    func now() -> Stamp {
        var stamp = Stamp()
        for path in [path, path + "-wal"] {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            stamp.parts += [
                Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
                Int64(truncatingIfNeeded: status.st_ino),
            ]
        }
        return stamp
    }
}
