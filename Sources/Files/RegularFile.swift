public import Basics
package import Crypto
import Foundation

/// A regular file that is open for reading: what was looked at is what is read, whatever has its name later.
///
/// Opening never waits for a pipe's writer or a device. Nothing maps the file: one that somebody shortens meanwhile is an error here, and
/// would end the process there.
public final class RegularFile: Sendable {
    public let path: String
    /// For calls that take one. It is closed with this object.
    public let descriptor: Int32
    /// As the file was when it was opened.
    public let byteCount: Int
    /// Whether its owner alone may read it.
    let isPrivate: Bool

    /// - Throws: ``FileError`` when it cannot be opened or is not a regular file.
    public init(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("open", path) }
        self.descriptor = descriptor
        self.path = path
        var status = stat()
        var failure: FileError?
        if fstat(descriptor, &status) != 0 {
            failure = FileError("read", path)
        } else if status.st_mode & S_IFMT != S_IFREG {
            failure = FileError("read (it is not a regular file)", path, number: EINVAL)
        }
        byteCount = Int(status.st_size)
        isPrivate = status.st_mode & 0o077 == 0
        // `deinit` closes it.
        if let failure { throw failure }
    }

    deinit { close(descriptor) }

    /// The bytes from `offset` on: `limit` of them, or fewer where the file ends before (pread(2)).
    ///
    /// - Throws: ``FileError``
    public func read(at offset: Int, upTo limit: Int) throws(FileError) -> [UInt8] {
        try PositionedRead.read(descriptor, path, at: offset, upTo: limit)
    }

    /// Exactly these bytes.
    ///
    /// - Throws: ``FileError``, with EIO where the file ends before.
    public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        try PositionedRead.read(descriptor, path, range)
    }

    /// SHA-256, fed piece by piece with these bytes; by default to the file's end, as it is then. Blocks.
    ///
    /// - Throws: ``FileError``, with EIO where the file ends before.
    package func hash(from start: Int = 0, byteCount: Int? = nil) throws(FileError) -> SHA256 {
        var hash = SHA256()
        var done = 0
        while done < byteCount ?? .max {
            let block = try read(at: start + done, upTo: min(1 << 20, (byteCount ?? .max) - done))
            if block.isEmpty {
                guard byteCount == nil else { throw FileError("read", path, number: EIO) }
                break
            }
            hash.update(data: block)
            done += block.count
        }
        return hash
    }
}

/// Reading from a place of a file, wherever its descriptor stands (pread(2)).
enum PositionedRead {
    /// - Throws: ``FileError``
    static func read(_ descriptor: Int32, _ path: String, at offset: Int, upTo limit: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            // Bounds: `count` never passes `limit`, since each read is given what is left of it; the buffer may be larger.
            while count < limit, failure == nil {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: count), limit - count, off_t(offset + count))
                if got == 0 { break }
                if got > 0 { count += got } else if errno != EINTR { failure = FileError("read", path) }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// - Throws: ``FileError``, with EIO where the file ends before.
    static func read(_ descriptor: Int32, _ path: String, _ range: Range<Int>) throws(FileError) -> [UInt8] {
        let bytes = try read(descriptor, path, at: range.lowerBound, upTo: range.count)
        guard bytes.count == range.count else { throw FileError("read", path, number: EIO) }
        return bytes
    }
}

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

/// The digest of a file's content, read piece by piece.
public enum FileDigest {
    /// SHA-256 of a regular file; `nil` when it is none, cannot be read, or has another size than `byteCount`. Blocks.
    public static func of(_ path: String, ifSizeIs byteCount: Int? = nil) -> ContentDigest? {
        guard let file = try? RegularFile(path), byteCount == nil || file.byteCount == byteCount else { return nil }
        return (try? file.hash()).map { ContentDigest($0.finalize()) }
    }
}
