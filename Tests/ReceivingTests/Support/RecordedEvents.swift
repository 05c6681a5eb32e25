import Concurrency
import Protocol
import Synchronization

@testable import Receiving

/// Keeps the events that an engine told of.
final class RecordedEvents: ReceiverObserver {
    private let events = Mutex<[ReceiverEvent]>([])

    func observe(_ event: ReceiverEvent) { events.withLock { $0.append(event) } }

    var all: [ReceiverEvent] { events.withLock { $0 } }
}

extension CommitQueue {
    /// A queue whose studies' ends nobody is told of.
    init(
        publisher: Publisher, spool: Spool, inbox: any InboxStore, pool: WorkerPool,
        isTrusted: @escaping @Sendable (Fingerprint) -> Bool = { _ in true }
    ) {
        self.init(
            publisher: publisher, spool: spool, inbox: inbox, pool: pool,
            notifier: CompletionNotifier(inbox: inbox, publisher: publisher, pool: pool, observer: RecordedEvents(), forwarder: nil),
            isTrusted: isTrusted)
    }
}
