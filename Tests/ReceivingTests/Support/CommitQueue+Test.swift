import Concurrency
import Protocol

@testable import Receiving

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
