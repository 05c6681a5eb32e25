import Files
import Foundation

/// Files that nobody but their owner reads, whose failures are errors of this module.
///
/// A crash leaves the old file or the new one, never half of one.
enum ProtectedFile {
    private static let fileMode: mode_t = 0o600
    private static let directoryMode: mode_t = 0o700
    /// Seconds; nobody takes so long to write one.
    private static let leftoverAge = 3_600

    /// Makes `directory` and the missing ones above it, readable by the owner only.
    static func makeDirectory(_ directory: URL) throws(ProtocolError) {
        try reporting { () throws(FileError) in try AtomicFile.makeDirectories(directory.standardizedFileURL.path, mode: directoryMode) }
    }

    /// Creates a file that must not exist yet, with its mode from the first moment, and syncs it.
    static func create(_ file: URL, _ bytes: [UInt8]) throws(ProtocolError) {
        guard try addUnlessPresent(file, bytes) else {
            throw ProtocolError(.fileAccess, "there is such a file already", subject: file.path)
        }
    }

    /// Removes files that a crash has left half way, secrets perhaps.
    static func removeLeftovers(in directory: URL) {
        LeftoverFiles.remove(in: directory.path, olderThan: leftoverAge)
    }

    /// Puts a file in place of an older one, or of none, in one step.
    static func replace(_ file: URL, _ bytes: [UInt8]) throws(ProtocolError) {
        try reporting { () throws(FileError) in try AtomicFile.replace(file.path, with: bytes, mode: fileMode) }
    }

    /// Puts a new file in place; when there is one already, leaves it and returns `false`.
    static func addUnlessPresent(_ file: URL, _ bytes: [UInt8]) throws(ProtocolError) -> Bool {
        try reporting { () throws(FileError) in try AtomicFile.publish(bytes, as: file.path, mode: fileMode) } == .written
    }

    /// Removes a file for good. One that is not there is no error.
    static func remove(_ file: URL) throws(ProtocolError) {
        try reporting { () throws(FileError) in
            guard unlink(file.path) == 0 || errno == ENOENT else { throw FileError("remove", file.path) }
        }
        try syncDirectory(file.deletingLastPathComponent())
    }

    /// Makes renames within `directory` survive a power cut.
    static func syncDirectory(_ directory: URL) throws(ProtocolError) {
        try reporting { () throws(FileError) in try AtomicFile.sync(directory.path) }
    }

    /// Reads a file of at most `limit` bytes. `nil` when there is no such file.
    static func read(_ file: URL, limit: Int = 1 << 20) throws(ProtocolError) -> [UInt8]? {
        try unlessMissing { () throws(FileError) in try WholeFile.read(file.path, limit: limit) }
    }

    /// Reads a file that holds a secret, after making sure that nobody else could have. `nil` when there is no such file.
    static func readSecret(_ file: URL, limit: Int = 1 << 16) throws(ProtocolError) -> [UInt8]? {
        let bytes = try unlessMissing { () throws(FileError) -> [UInt8]?? in try WholeFile.readSecret(file.path, limit: limit) }
        switch bytes {
        case .none: return nil
        case .some(.none):
            throw ProtocolError(
                .keyFilePermissions, "others can read this private key; run: chmod 600 '\(file.path)'", subject: file.path)
        case .some(let bytes): return bytes
        }
    }

    private static func unlessMissing<Result>(_ body: () throws(FileError) -> Result?) throws(ProtocolError) -> Result? {
        do {
            return try body()
        } catch {
            if error.isMissing { return nil }
            throw failure(error)
        }
    }

    private static func reporting<Result>(_ body: () throws(FileError) -> Result) throws(ProtocolError) -> Result {
        do { return try body() } catch { throw failure(error) }
    }

    private static func failure(_ error: FileError) -> ProtocolError {
        ProtocolError(.fileAccess, error.reason, subject: error.path)
    }
}
