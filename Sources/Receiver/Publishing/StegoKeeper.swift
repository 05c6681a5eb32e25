import CommandLineSupport
import Protocol
import StegoKit

/// Keeps stego files as they came, under the names that their originals have.
struct StegoKeeper: Sendable {
    private let publisher: Publisher

    init(_ root: GuardedFolder) {
        publisher = Publisher(root, layout: .flat)
    }

    var root: GuardedFolder { publisher.root }

    /// Keeps one; call it on a worker thread. On return it is on the disk.
    ///
    /// - Throws: ``FileError``, ``PublishingConflict``, ``FolderAway``.
    func keep(_ stego: [UInt8], of instance: ArrivedInstance) throws {
        let path = publisher.layout.path(for: instance.path, of: nil)
        let file = try publisher.write(stego, for: path)
        try file.sync(for: path)
        let digest = ContentDigest(of: stego)
        let name = try publisher.name(file, path, spare: SpareName(instance), digest: digest, byteCount: stego.count)
        try file.folder.reach(AtomicFile.parent(of: name)) { try AtomicFile.sync($0) }
    }
}
