import Basics
import Files
import Foundation
import Protocol

/// The folder of one transfer's sealed files: `outbox/<transferID>/<position>.dcm`. Call it on worker threads.
///
/// Only its deliverer, who holds the transfer's lock, writes here.
struct OutboxSpool: Sendable {
    let path: String

    func file(_ position: Int) -> String { "\(path)/\(position).dcm" }

    /// Puts a sealed file onto the disk: whole, synced, then named. What a crash left under the name gives way.
    ///
    /// - Throws: `FileError`.
    func store(_ bytes: [UInt8], _ position: Int) throws {
        try AtomicFile.makeDirectories(path, mode: 0o700)
        while try AtomicFile.publish(bytes, as: file(position), mode: 0o600) == .occupied { unlink(file(position)) }
    }

    /// Makes a place for a sealed file that is written piece by piece.
    ///
    /// - Throws: `FileError`.
    func makeStore(_ position: Int) throws -> UnpublishedStore {
        try AtomicFile.makeDirectories(path, mode: 0o700)
        return try UnpublishedStore(in: path, for: file(position), mode: 0o600)
    }

    /// Puts such a file onto the disk, as ``store(_:_:)-([UInt8],_)`` does.
    func store(_ file: UnpublishedStore, _ position: Int) throws {
        while try AtomicFile.publish(file, as: self.file(position)) == .occupied { unlink(self.file(position)) }
        removeUnfinished(position)
    }

    /// A sealed file to be read piece by piece; `nil` when it is gone or not the file with that digest.
    func source(_ position: Int, digest: ContentDigest) -> FileSource? {
        guard let source = try? FileSource(file(position)), (try? source.digest()) == digest else { return nil }
        return source
    }

    func byteCount(_ position: Int) -> Int? {
        var status = stat()
        return stat(file(position), &status) == 0 ? Int(status.st_size) : nil
    }

    /// - Returns: `nil` when it is gone or not the file with that digest.
    func read(_ position: Int, digest: ContentDigest) -> [UInt8]? {
        guard let bytes = try? WholeFile.read(file(position)), ContentDigest(of: bytes) == digest else { return nil }
        return bytes
    }

    func remove(_ position: Int) {
        unlink(file(position))
    }

    /// Removes what is no sealed file of one of these instances, nor begun of another: what a crash left, and files that are receipted.
    func removeAll(except positions: Set<Int>) {
        let kept = Set(positions.map { "\($0).dcm" })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where !kept.contains(name) && !Self.isUnfinished(name, except: positions) {
            unlink("\(path)/\(name)")
        }
    }

    /// Removes the folder with everything in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
