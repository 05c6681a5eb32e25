import Concurrency
import Files
import Journal
import Logging
import Protocol

/// The studies in this home's outbox for peers that dial: they are sent over the peers' sessions, sealed, resumed and receipted as by any
/// delivery.
///
/// The outbox is opened when it is there. Other processes put studies into it, which ``run()`` notices.
package actor OutgoingReplies: StudySending {
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
        let notice = noticeOrTold()
        try await keepClean()
        withExtendedLifetime(notice) {}
    }

    /// Without a notice, what others put into the outbox is seen when the journal is looked at next.
    private func noticeOrTold() -> JournalNotice? {
        do {
            return try JournalNotice(of: Outbox.path(in: home)) { [news] in news.post() }
        } catch {
            log.warning("replies may go out a second late", metadata: ["reason": "\(error)"])
            return nil
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
