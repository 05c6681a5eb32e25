import Files
import Foundation

/// One file of the spool, open for appending. Stego files lie in it one behind the other.
///
/// Its calls block: make them on worker threads, one at a time (``StudySpool`` does).
final class SpoolSegment: Sendable {
    let number: Int
    let path: String
    private let descriptor: Int32

    /// Makes a new segment, readable by this user only.
    init(making path: String, number: Int) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("create", path) }
        self.path = path
        self.number = number
    }

    /// Opens a segment that is there.
    init(reopening path: String, number: Int) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path) }
        self.path = path
        self.number = number
    }

    deinit { close(descriptor) }

    /// Writes `bytes` at `offset`.
    func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        let failure = WholeWrite.write(bytes, to: descriptor, at: offset)
        guard failure == 0 else { throw FileError("write", path, number: failure) }
    }

    /// Returns when everything that was written is on the disk.
    func sync() throws(FileError) {
        guard fdatasync(descriptor) == 0 else { throw FileError("sync", path) }
    }
}
