import Foundation
import GRDB

/// Held by the one process that opens a journal, on a file of its own: closing a descriptor of the journal's own file would give up
/// SQLite's locks on it (fcntl(2)). It is gone with the process, however that ends (flock(2)).
enum OpeningLock {
    /// Waits for whoever has the lock, then runs `body`. The lock's file stays: others may be waiting for it.
    static func holding<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw error(path) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw error(path) }
        }
        return try body()
    }

    private static func error(_ path: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "\(path): \(String(cString: strerror(errno)))")
    }
}
