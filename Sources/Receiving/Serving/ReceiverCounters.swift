import Synchronization

/// What has happened since the program started.
final class ReceiverCounters: Sendable {
    struct Values: Sendable {
        var sessions = 0
        var refusedConnections = 0
        /// Bytes of chunks.
        var receivedBytes = 0
        var receipts = 0
        var studies = 0
    }

    private let state = Mutex(Values())

    var values: Values { state.withLock { $0 } }

    func add(_ change: (inout Values) -> Void) { state.withLock { change(&$0) } }
}
