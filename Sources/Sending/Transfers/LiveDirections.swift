import Basics
import Concurrency
import Protocol
import Synchronization

/// A study's priority and address as the outbox has them now, for those who are at work on it.
final class LiveDirections: Sendable {
    private static let interval = Duration.seconds(1)

    private let outbox: Outbox
    private let clock: any MonotonicClock
    private let transferID: TransferID
    private let state: Mutex<DeliveryDirections>

    init(_ study: OutboxStudy, _ outbox: Outbox, clock: any MonotonicClock) {
        self.outbox = outbox
        self.clock = clock
        transferID = study.transferID
        state = Mutex(DeliveryDirections(priority: study.priority, address: study.address))
    }

    var priority: Priority { state.withLock { $0.priority } }
    var address: PeerAddress? { state.withLock { $0.address } }

    func refresh() async throws {
        guard let current = try await outbox.journal.directions(of: transferID) else { return }
        state.withLock { $0 = current }
    }

    /// Runs until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    func keepUpToDate() async throws {
        while true {
            try await clock.sleep(for: Self.interval)
            // Where the journal cannot be read for a moment, what was known counts.
            try? await refresh()
        }
    }
}
