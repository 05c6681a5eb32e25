public import Basics
import Foundation

/// A stretch of an open file as bytes that are read piece by piece. It reads what it was opened as, whatever has the name later.
public final class FileSource: ByteSource {
    public let byteCount: Int
    private let file: RegularFile
    private let start: Int

    /// - Parameters:
    ///   - start: where in the file the bytes begin.
    ///   - byteCount: how many they are; by default all that there are now.
    /// - Throws: ``FileError`` as ``WholeFile/read(_:limit:)`` does, and where there are fewer bytes than that.
    public init(_ path: String, from start: Int = 0, byteCount: Int? = nil) throws(FileError) {
        file = try RegularFile(path)
        self.start = start
        self.byteCount = byteCount ?? max(0, file.byteCount - start)
        guard byteCount != nil || file.byteCount <= WholeFile.maximumByteCount else { throw FileError("read", path, number: EFBIG) }
        guard file.byteCount - start >= byteCount ?? 0 else { throw FileError("read", path, number: EIO) }
    }

    /// SHA-256 of the bytes. Blocks.
    public func digest() throws(FileError) -> ContentDigest {
        ContentDigest(try file.hash(from: start, byteCount: byteCount).finalize())
    }

    public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw FileError("read", file.path, number: EINVAL) }
        return try file.read(start + range.lowerBound..<start + range.upperBound)
    }
}
