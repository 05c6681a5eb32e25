import Basics
import Concurrency
import Files
import Foundation

/// The right to change one home's inbox, held by one process at a time and given up when it ends, however it ends.
package enum InboxLock {
    /// - Parameter patience: how long to wait for a process that is just stopping.
    /// - Throws: `OperationFailure`, ``FileError``; `CancellationError`.
    static func take(in state: URL, patience: Duration = .seconds(10), clock: any MonotonicClock) async throws -> FileLock {
        let deadline = clock.now + patience
        while true {
            if let lock = try FileLock.take(state.appending(path: "inbox.lock").path) { return lock }
            guard clock.now < deadline else {
                throw OperationFailure(.temporary, "another program receives into this home (\(state.path) is locked)")
            }
            try await clock.sleep(for: .milliseconds(100))
        }
    }

    /// For a command that changes the inbox while nobody serves; waits for nobody.
    ///
    /// - Throws: `OperationFailure` `.temporary`, ``FileError``.
    package static func takeAtOnce(in state: URL) throws -> FileLock {
        guard let lock = try FileLock.take(state.appending(path: "inbox.lock").path) else {
            throw OperationFailure(
                .temporary, "a running veilray-receive serves this home; stop 'serve' first, and start it again afterwards")
        }
        return lock
    }
}
