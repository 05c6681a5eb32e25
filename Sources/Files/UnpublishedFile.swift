public import Basics
import CLinux
import Foundation
import Synchronization

/// A file that is being written and that nobody can find under its final name yet. What is not published is gone.
///
/// Where the file system allows, it has no name at all: even a killed process leaves nothing behind. Elsewhere (FAT, some network
/// file systems) it has a hidden temporary name.
public struct UnpublishedFile: ~Copyable, Sendable {
    /// Whether the file has a name before it is published.
    public enum Naming: CaseIterable, Sendable {
        case unnamed
        case hidden
    }

    private let descriptor: Int32
    /// `nil` for a file without a name.
    private let temporaryPath: String?
    /// Keeps the way to the directory open for as long as there may be a hidden name to remove.
    private let way: (any AnyObject & Sendable)?

    /// The beginning and the end of hidden temporary names: such a file that nobody holds open was left behind by a killed process.
    public static let hiddenPrefix = ".veilray-"
    public static let hiddenSuffix = ".part"

    /// - Parameters:
    ///   - directory: must be on the file system of the final name.
    ///   - mode: permission bits, less the umask's.
    ///   - way: what `directory` leads through, where it holds only as long as something is held; kept until the file has gone.
    /// - Throws: ``FileError``.
    public init(
        in directory: String, mode: mode_t = 0o644, naming: Naming = .unnamed, way: (any AnyObject & Sendable)? = nil
    ) throws(FileError) {
        self.way = way
        let unnamed = naming == .unnamed ? Self.unnamed(in: directory, mode: mode) : nil
        if let unnamed {
            descriptor = unnamed
            temporaryPath = nil
        } else {
            let path = "\(directory)/\(Self.hiddenPrefix)\(UUID().uuidString)\(Self.hiddenSuffix)"
            descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            temporaryPath = path
            // Named after its directory: the temporary name means nothing to anyone.
            guard descriptor >= 0 else { throw FileError("create a file in it", directory) }
        }
    }

    /// `nil` where the file system has no such files, or where /proc, which publishing takes, is missing.
    private static func unnamed(in directory: String, mode: mode_t) -> Int32? {
        guard access("/proc/self/fd", X_OK) == 0 else { return nil }
        let descriptor = CLinux_open_unnamed(directory, mode)
        return descriptor >= 0 ? descriptor : nil
    }

    deinit {
        close(descriptor)
        if let temporaryPath { unlink(temporaryPath) }
    }

    /// Whether it has no name at all until it is published, and so can be given several.
    var isUnnamed: Bool { temporaryPath == nil }

    /// For a child process that writes into it.
    public var sharedDescriptor: Int32 { descriptor }

    /// Where it can be read while it has no name, in this process.
    public var readablePath: String { "/proc/self/fd/\(descriptor)" }

    /// Gives the file its permission bits, whatever the umask says.
    func setMode(_ mode: mode_t, for path: String) throws(FileError) {
        guard fchmod(descriptor, mode) == 0 else { throw FileError("set the permissions", path) }
    }

    /// Writes everything, down to the disk unless told otherwise.
    ///
    /// - Parameter path: the final name, for errors.
    public func write(_ bytes: [UInt8], for path: String, durably: Bool = true) throws(FileError) {
        let failure = WholeWrite.write(bytes, to: descriptor)
        guard failure == 0 else { throw FileError("write", path, number: failure) }
        if durably { try sync(for: path) }
    }

    /// Writes at a place of the file.
    ///
    /// - Parameter path: the final name, for errors.
    func write(_ bytes: [UInt8], at offset: Int, for path: String) throws(FileError) {
        let failure = WholeWrite.write(bytes, to: descriptor, at: offset)
        guard failure == 0 else { throw FileError("write", path, number: failure) }
    }

    /// The bytes that were written there.
    func read(_ range: Range<Int>, for path: String) throws(FileError) -> [UInt8] {
        try PositionedRead.read(descriptor, path, range)
    }

    /// Returns when what was written is on the disk (fsync).
    public func sync(for path: String) throws(FileError) {
        guard fsync(descriptor) == 0 else { throw FileError("write", path) }
    }

    /// Gives the file its name, also where another has it, which is gone then. For files that were made with a hidden name.
    func replace(_ path: String) throws(FileError) {
        guard let temporaryPath else { throw FileError("replace (the new file has no name)", path, number: EINVAL) }
        guard rename(temporaryPath, path) == 0 else { throw FileError("replace", path) }
    }

    /// Gives the file its name. Returns `false`, and changes nothing, where something has that name.
    ///
    /// The name survives a power cut once its directory is synced, ``AtomicFile/sync(_:)``.
    public func publish(as path: String) throws(FileError) -> Bool {
        if give(path) { return true }
        guard errno == EEXIST else { throw FileError("create", path) }
        return false
    }

    private func give(_ path: String) -> Bool {
        guard let temporaryPath else { return CLinux_link_unnamed(descriptor, path) == 0 }
        if link(temporaryPath, path) == 0 { return true }
        // File systems without hard links, such as those of most memory sticks, answer EPERM.
        guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else { return false }
        return NewName.give(path, toFileAt: temporaryPath)
    }
}

/// An ``UnpublishedFile`` that is written piece by piece and read again before it has a name, by several threads if need be.
public final class UnpublishedStore: ByteStore, Sendable {
    private let file: UnpublishedFile
    /// The final name, for errors.
    private let path: String
    private let length = Mutex(0)

    /// - Parameters:
    ///   - directory: must be on the file system of the final name.
    ///   - path: the final name, for errors.
    ///   - mode: permission bits, less the umask's.
    ///   - way: as of ``UnpublishedFile``.
    /// - Throws: ``FileError``.
    public init(
        in directory: String, for path: String, mode: mode_t = 0o644, way: (any AnyObject & Sendable)? = nil
    ) throws(FileError) {
        file = try UnpublishedFile(in: directory, mode: mode, way: way)
        self.path = path
    }

    /// Whether it can be published under more than one name: not where the file system has no files without a name.
    public var takesSeveralNames: Bool { file.isUnnamed }

    public var byteCount: Int { length.withLock { $0 } }

    public func append(_ bytes: [UInt8]) throws(FileError) {
        let offset = length.withLock { length in
            defer { length += bytes.count }
            return length
        }
        try file.write(bytes, at: offset, for: path)
    }

    public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        guard offset >= 0, offset + bytes.count <= byteCount else { throw FileError("write", path, number: EINVAL) }
        try file.write(bytes, at: offset, for: path)
    }

    public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw FileError("read", path, number: EINVAL) }
        return try file.read(range, for: path)
    }

    /// Returns when what was written is on the disk (fsync).
    public func sync() throws(FileError) { try file.sync(for: path) }

    /// Gives the file its name. Returns `false`, and changes nothing, where something has that name.
    ///
    /// - Parameter path: as the file can be reached now; other than the name for errors where its directory is held open.
    public func publish(as path: String) throws(FileError) -> Bool { try file.publish(as: path) }
}
