public import Basics
import Foundation
import Synchronization

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
