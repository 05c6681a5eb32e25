import Foundation

/// A lock that one process at a time holds, on a file of its own. It is gone with the process, however that ends (flock(2)).
///
/// On network file systems a lock holds among the machines only where the server supports it (NFS does since Linux 2.6.12).
public final class FileLock: Sendable {
    public enum Mode: Sendable {
        /// Nobody else has it, in any way.
        case exclusive
        /// Others may share it.
        case shared
    }

    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Takes the lock if it is free; never waits.
    ///
    /// - Parameter path: the lock's file; made when it is not there, together with its directory, for this user only.
    /// - Returns: the lock, held until it is released or nobody refers to it; `nil` where somebody else holds it.
    /// - Throws: ``FileError``.
    public static func take(_ path: String, _ mode: Mode = .exclusive) throws(FileError) -> FileLock? {
        try lock(path, (mode == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB)
    }

    /// Takes the lock exclusively, after waiting for whoever holds it. Blocks.
    ///
    /// - Parameter path: as for ``take(_:_:)``.
    /// - Throws: ``FileError``.
    public static func waitFor(_ path: String) throws(FileError) -> FileLock {
        while true {
            if let lock = try lock(path, LOCK_EX) { return lock }
        }
    }

    /// - Parameter operation: of flock(2).
    /// - Returns: `nil` where somebody else holds the lock and `operation` does not wait.
    private static func lock(_ path: String, _ operation: Int32) throws(FileError) -> FileLock? {
        while true {
            let descriptor = try open(path)
            let lock = FileLock(descriptor: descriptor, path: path)
            guard flock(descriptor, operation) == 0 else {
                if errno == EWOULDBLOCK { return nil }
                if errno == EINTR { continue }
                throw FileError("lock", path)
            }
            // Whoever held it before may have removed the file meanwhile: then this is a lock on nothing.
            if lock.isInPlace { return lock }
        }
    }

    /// Whether anybody holds the lock, in any way.
    public static func isTaken(_ path: String) throws(FileError) -> Bool {
        guard access(path, F_OK) == 0 else { return false }
        return try take(path) == nil
    }

    /// Gives the lock back, also while somebody still refers to this object: another process may take it from now on.
    public func release() {
        flock(descriptor, LOCK_UN)
    }

    /// Removes the lock's file; call it while the lock is held exclusively, when nobody will need it any more.
    public func remove() {
        unlink(path)
    }

    private static func open(_ path: String) throws(FileError) -> Int32 {
        func attempt() -> Int32 { Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        var descriptor = attempt()
        if descriptor < 0, errno == ENOENT {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path), mode: 0o700)
            descriptor = attempt()
        }
        guard descriptor >= 0 else { throw FileError("open", path) }
        return descriptor
    }

    private var isInPlace: Bool {
        var (own, there) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino && own.st_dev == there.st_dev
    }
}
