import CommandLineSupport
import Foundation

/// The right to change one home's inbox, held by one process at a time and given up when it ends, however it ends (flock(2)).
final class InboxLock: Sendable {
    private let descriptor: Int32

    /// - Parameter patience: how long to wait for a process that is just stopping.
    /// - Throws: ``CommandFailure``, ``FileError``; `CancellationError`.
    static func take(in state: URL, patience: Duration = .seconds(10)) async throws -> InboxLock {
        try AtomicFile.makeDirectories(state.path, mode: 0o700)
        let lock = try InboxLock(path: state.appending(path: "inbox.lock").path)
        let deadline = ContinuousClock.now + patience
        while flock(lock.descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(.tryAgain, "another veilray-receive serves this home (\(state.path) is locked)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return lock
    }

    private init(path: String) throws(FileError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
    }

    deinit { close(descriptor) }
}
