import CLinux
import Foundation
import Glibc

/// Files that nobody but their owner reads, written so that a crash leaves the old or the new one, never half of one.
enum ProtectedFile {
    static let fileMode: mode_t = 0o600
    static let directoryMode: mode_t = 0o700

    /// Makes `directory` and what is missing above it, readable by the owner only.
    static func makeDirectory(_ directory: URL) throws(ProtocolError) {
        // What has to be synced afterwards: each directory that gets an entry.
        var parents: [URL] = []
        var missing = directory.standardizedFileURL
        while missing.pathComponents.count > 1, access(missing.path, F_OK) != 0 {
            missing.deleteLastPathComponent()
            parents.append(missing)
        }
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: Int(directoryMode)])
        } catch {
            throw failure("the directory cannot be made; check the path and its permissions", directory)
        }
        for parent in parents { try syncDirectory(parent) }
    }

    /// Creates a file that must not exist yet, with its mode from the first moment, and syncs it.
    static func create(_ file: URL, _ bytes: [UInt8]) throws(ProtocolError) {
        let descriptor = file.path.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, fileMode) }
        guard descriptor >= 0 else { throw systemFailure("cannot be created", file) }
        defer { close(descriptor) }
        do {
            try fill(descriptor, bytes, file)
        } catch {
            unlink(file.path)
            throw error
        }
    }

    /// Writes and syncs.
    private static func fill(_ descriptor: CInt, _ bytes: [UInt8], _ file: URL) throws(ProtocolError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw systemFailure("cannot be written", file)
            }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw systemFailure("cannot be synced to the disk", file) }
    }

    /// A name for a file that is not in place yet. A crash may leave one; ``removeLeftovers(in:)`` knows it again.
    private static func temporaryFile(in directory: URL) -> URL {
        directory.appending(path: ".\(UUID().uuidString)\(temporarySuffix)")
    }

    private static let temporarySuffix = ".new"
    /// Nobody takes so long to write one.
    private static let leftoverAge = 3_600

    /// Removes what a crash has left half way, secrets perhaps: files with a temporary name that nobody can still be writing.
    static func removeLeftovers(in directory: URL) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? [] {
            guard name.hasPrefix("."), name.hasSuffix(temporarySuffix),
                UUID(uuidString: String(name.dropFirst().dropLast(temporarySuffix.count))) != nil
            else { continue }
            let path = directory.appending(path: name).path
            var status = stat()
            guard lstat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > leftoverAge else { continue }
            unlink(path)
        }
    }

    /// Puts a file in place of an older one, or of none, in one step.
    static func replace(_ file: URL, _ bytes: [UInt8]) throws(ProtocolError) {
        let directory = file.deletingLastPathComponent()
        let temporary = temporaryFile(in: directory)
        try create(temporary, bytes)
        guard rename(temporary.path, file.path) == 0 else {
            let error = systemFailure("cannot be put in place", file)
            unlink(temporary.path)
            throw error
        }
        try syncDirectory(directory)
    }

    /// Puts a new file in place; when there is one already, leaves it and returns `false`.
    static func addUnlessPresent(_ file: URL, _ bytes: [UInt8]) throws(ProtocolError) -> Bool {
        let directory = file.deletingLastPathComponent()
        let isAdded = if let known = try addUnnamed(file, bytes, in: directory) { known } else { try addNamed(file, bytes, in: directory) }
        if isAdded { try syncDirectory(directory) }
        return isAdded
    }

    /// The file has no name until it is complete, so that a crash leaves nothing of it. `false` when there is a file already, `nil` where files
    /// without names cannot be had: on some network file systems, and without /proc.
    private static func addUnnamed(_ file: URL, _ bytes: [UInt8], in directory: URL) throws(ProtocolError) -> Bool? {
        let descriptor = CLinux_open_unnamed(directory.path, fileMode)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        try fill(descriptor, bytes, file)
        if CLinux_link_unnamed(descriptor, file.path) == 0 { return true }
        return errno == EEXIST ? false : nil
    }

    /// The same by way of a temporary name. `false` when there is a file already.
    private static func addNamed(_ file: URL, _ bytes: [UInt8], in directory: URL) throws(ProtocolError) -> Bool {
        let temporary = temporaryFile(in: directory)
        try create(temporary, bytes)
        defer { unlink(temporary.path) }
        guard link(temporary.path, file.path) == 0 else {
            if errno == EEXIST { return false }
            throw systemFailure("cannot be put in place", file)
        }
        return true
    }

    /// Removes a file for good. One that is not there is no error.
    static func remove(_ file: URL) throws(ProtocolError) {
        guard unlink(file.path) == 0 || errno == ENOENT else { throw systemFailure("cannot be removed", file) }
        try syncDirectory(file.deletingLastPathComponent())
    }

    /// Makes renames within `directory` survive a power cut.
    static func syncDirectory(_ directory: URL) throws(ProtocolError) {
        let descriptor = directory.path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw systemFailure("cannot be opened", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw systemFailure("cannot be synced to the disk", directory) }
    }

    /// Reads at most `limit` bytes. `nil` when there is no such file.
    static func read(_ file: URL, limit: Int = 1 << 20) throws(ProtocolError) -> [UInt8]? {
        let descriptor = file.path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw systemFailure("cannot be read", file)
        }
        defer { close(descriptor) }
        return try read(descriptor, file, limit: limit)
    }

    /// Reads a file that holds a secret, after making sure that nobody else could have. `nil` when there is no such file.
    static func readSecret(_ file: URL, limit: Int = 1 << 16) throws(ProtocolError) -> [UInt8]? {
        let descriptor = file.path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw systemFailure("cannot be read", file)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemFailure("cannot be examined", file) }
        guard status.st_mode & 0o077 == 0 else {
            throw ProtocolError(
                .keyFilePermissions, "others can read this private key; run: chmod 600 '\(file.path)'", subject: file.path)
        }
        return try read(descriptor, file, limit: limit)
    }

    private static func read(_ descriptor: CInt, _ file: URL, limit: Int) throws(ProtocolError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count <= limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw systemFailure("cannot be read", file) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        throw failure("the file is far larger than it can be", file)
    }

    private static func systemFailure(_ what: String, _ file: URL) -> ProtocolError {
        failure("\(what): \(String(cString: strerror(errno)))", file)
    }

    private static func failure(_ reason: String, _ file: URL) -> ProtocolError {
        ProtocolError(.fileAccess, reason, subject: file.path)
    }
}
