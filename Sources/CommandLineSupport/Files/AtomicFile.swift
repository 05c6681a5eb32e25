import Foundation

/// Files that appear complete or not at all: written under a hidden temporary name, synced, then linked to their name.
public enum AtomicFile {
    /// What became of a file that was to be published.
    public enum Publication: Equatable, Sendable {
        case written
        /// The very same content stood there already.
        case alreadyThere
        /// Something else stands there; it was left alone.
        case occupied
    }

    /// Publishes `bytes` as `path`, never replacing a file that is there, and makes the directories above it.
    ///
    /// On return the content and the directory entry are on the disk (fsync). On error nothing is left behind.
    /// - Parameter mode: permission bits.
    /// - Throws: ``FileError``.
    public static func publish(_ bytes: [UInt8], as path: String, mode: mode_t = 0o644) throws(FileError) -> Publication {
        let directory = (path as NSString).deletingLastPathComponent
        try makeDirectories(directory)
        let temporary = "\(directory)/.veilray-\(UUID().uuidString).part"
        try write(bytes, to: temporary, mode: mode)
        defer { unlink(temporary) }
        if link(temporary, path) != 0 {
            guard errno == EEXIST else { throw FileError("create", path) }
            return holds(path, bytes) ? .alreadyThere : .occupied
        }
        try sync(directory: directory)
        return .written
    }

    /// Makes a directory and those above it.
    public static func makeDirectories(_ path: String, mode: mode_t = 0o755) throws(FileError) {
        guard !path.isEmpty, mkdir(path, mode) != 0 else { return }
        switch errno {
        case EEXIST: return
        case ENOENT:
            try makeDirectories((path as NSString).deletingLastPathComponent, mode: mode)
            if mkdir(path, mode) != 0, errno != EEXIST { throw FileError("create the directory", path) }
        default: throw FileError("create the directory", path)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError("create", path) }
        var failure: FileError?
        var written = 0
        while written < bytes.count, failure == nil {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written) }
            if count > 0 { written += count } else if errno != EINTR { failure = FileError("write", path) }
        }
        if failure == nil, fsync(descriptor) != 0 { failure = FileError("write", path) }
        if close(descriptor) != 0, failure == nil { failure = FileError("write", path) }
        if let failure {
            unlink(path)
            throw failure
        }
    }

    private static func sync(directory: String) throws(FileError) {
        let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError("sync", directory) }
    }

    private static func holds(_ path: String, _ bytes: [UInt8]) -> Bool {
        (try? WholeFile.read(path)) == bytes
    }
}
