import Synchronization

/// How far a study has got while this process was at it: little enough to be kept for each study that waits for its next attempt.
package final class DeliveryRecord: Sendable {
    private struct State {
        var advances = 0
        var highestStanding: UInt64 = 0
        var attempts = 0
        var isTold = false
    }

    private let state = Mutex(State())

    /// Grows whenever the receiver is known to have more than before.
    var advances: Int { state.withLock { $0.advances } }

    /// Connections tried.
    var attempts: Int { state.withLock { $0.attempts } }

    /// A new receipt has come.
    func advance() { state.withLock { $0.advances += 1 } }

    /// The receiver has so many bytes of the study.
    func reached(_ bytes: UInt64) {
        state.withLock { state in
            guard bytes > state.highestStanding else { return }
            state.highestStanding = bytes
            state.advances += 1
        }
    }

    func countAttempt() { state.withLock { $0.attempts += 1 } }

    /// The observer is about to be told of files whose fate was known before.
    ///
    /// - Returns: whether it was told already.
    package func tell() -> Bool {
        state.withLock { state in
            defer { state.isTold = true }
            return state.isTold
        }
    }
}
