import DICOM
import Files
import Foundation

/// A file that is open to be sent: what was looked at is what is sent, whatever has its name later.
final class OpenFile {
    /// The beginning of a file, which says what it is, but for files of a few vendors.
    private static let headByteCount = 64 << 10

    let descriptor: Int32
    let byteCount: Int
    private let path: String

    /// - Throws: `FileError` as `WholeFile.read(_:limit:)`
    init(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("open", path) }
        var status = stat()
        var failure: FileError?
        if fstat(descriptor, &status) != 0 {
            failure = FileError("read", path)
        } else if status.st_mode & S_IFMT != S_IFREG {
            failure = FileError("read (it is not a regular file)", path, number: EINVAL)
        } else if status.st_size > WholeFile.maximumByteCount {
            failure = FileError("read", path, number: EFBIG)
        }
        self.descriptor = descriptor
        self.path = path
        byteCount = Int(status.st_size)
        // `deinit` closes it.
        if let failure { throw failure }
    }

    deinit { close(descriptor) }

    /// What its beginning says that it is, or all of it where that does not say enough.
    ///
    /// - Throws: `FileError`, `DICOMError`
    func identity() throws -> StorageIdentity {
        let head = try PositionedRead.read(descriptor, path, at: 0, count: min(byteCount, Self.headByteCount))
        if let identity = try? StorageIdentity(of: head) { return identity }
        return try StorageIdentity(of: try PositionedRead.read(descriptor, path, at: 0, count: byteCount))
    }
}
