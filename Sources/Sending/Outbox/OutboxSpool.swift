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

    /// - Returns: `nil` when it is gone or not the file with that digest.
    func read(_ position: Int, digest: ContentDigest) -> [UInt8]? {
        guard let bytes = try? WholeFile.read(file(position)), ContentDigest(of: bytes) == digest else { return nil }
        return bytes
    }

    func remove(_ position: Int) {
        unlink(file(position))
    }

    /// Removes what is no sealed file of one of these instances: what a crash left, and files that are receipted.
    func removeAll(except positions: Set<Int>) {
        let kept = Set(positions.map { "\($0).dcm" })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where !kept.contains(name) {
            unlink("\(path)/\(name)")
        }
    }

    /// Removes the folder with everything in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
