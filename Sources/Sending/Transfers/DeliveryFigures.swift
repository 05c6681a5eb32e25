import Synchronization

/// What this process has done so far, for `--metrics`.
package final class DeliveryFigures: Sendable {
    package struct Counts: Sendable {
        var attempts = 0
        var retries = 0
        var deliveredFiles = 0
        var deliveredStudies = 0
        var incompleteStudies = 0
        package var stegoBytes = 0
        /// Sessions that are held for what receivers have for this side.
        var heldSessions = 0
        /// That have come.
        var replies = 0
        /// Critical ones that nobody here has acknowledged.
        var openCriticalReplies = 0
    }

    private let state = Mutex(Counts())

    package var counts: Counts { state.withLock { $0 } }

    /// So many critical replies are not acknowledged now.
    package func setOpenCriticalReplies(_ number: Int) { count { $0.openCriticalReplies = number } }

    /// A reply has come.
    package func countReply() { count { $0.replies += 1 } }

    package func count(_ change: (inout Counts) -> Void) {
        state.withLock { change(&$0) }
    }
}
