public import Basics
import Crypto
import Foundation

/// A stretch of an open file as bytes that are read piece by piece. It reads what it was opened as, whatever has the name later.
///
/// It never maps the file: one that somebody shortens meanwhile is an error here, and would end the process there.
public final class FileSource: ByteSource {
    public let byteCount: Int
    private let descriptor: Int32
    private let start: Int
    private let path: String

    /// - Parameters:
    ///   - start: where in the file the bytes begin.
    ///   - byteCount: how many they are; by default all that there are now.
    /// - Throws: ``FileError`` as ``WholeFile/read(_:limit:)`` does, and where there are fewer bytes than that.
    public init(_ path: String, from start: Int = 0, byteCount: Int? = nil) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("open", path) }
        self.descriptor = descriptor
        self.path = path
        self.start = start
        var status = stat()
        var failure: FileError?
        if fstat(descriptor, &status) != 0 {
            failure = FileError("read", path)
        } else if status.st_mode & S_IFMT != S_IFREG {
            failure = FileError("read (it is not a regular file)", path, number: EINVAL)
        } else if status.st_size > WholeFile.maximumByteCount, byteCount == nil {
            failure = FileError("read", path, number: EFBIG)
        } else if Int(status.st_size) - start < byteCount ?? 0 {
            failure = FileError("read", path, number: EIO)
        }
        self.byteCount = byteCount ?? max(0, Int(status.st_size) - start)
        if let failure {
            // `deinit` closes it.
            throw failure
        }
    }

    deinit { close(descriptor) }

    /// SHA-256 of the bytes. Blocks.
    public func digest() throws(FileError) -> ContentDigest {
        var hash = SHA256()
        for start in stride(from: 0, to: byteCount, by: 1 << 20) {
            hash.update(data: try read(start..<min(start + 1 << 20, byteCount)))
        }
        return ContentDigest(hash.finalize())
    }

    public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw FileError("read", path, number: EINVAL) }
        return try PositionedRead.read(descriptor, path, at: start + range.lowerBound, count: range.count)
    }
}

/// Reading from a place of a file, wherever its descriptor stands (pread(2)).
public enum PositionedRead {
    /// - Throws: ``FileError``, with EIO where the file ends before.
    public static func read(_ descriptor: Int32, _ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count, failure == nil {
                // Bounds: `done` < count, so the pointer and the length stay inside the buffer.
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if got > 0 {
                    done += got
                } else if got == 0 || errno != EINTR {
                    failure = FileError("read", path, number: got == 0 ? EIO : errno)
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
