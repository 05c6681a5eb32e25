import Basics
import Files
import Protocol
import StegoKit

/// Keeps stego files as they came. They are called by their anonymous UIDs, since names at the clinic are names of patients often enough.
struct StegoKeeper: Sendable {
    private let publisher: Publisher
    private let keepsNames: Bool

    /// - Parameter keepsNames: whether the files are called as their originals are at the clinic.
    init(_ root: GuardedFolder, keepsNames: Bool) {
        publisher = Publisher(root, layout: .flat)
        self.keepsNames = keepsNames
    }

    var root: GuardedFolder { publisher.root }

    /// Keeps one; call it on a worker thread. On return it is on the disk.
    ///
    /// - Throws: ``FileError``, ``ReceivingError``.
    func keep(_ stego: StegoFile, of instance: ArrivedInstance) throws {
        // The UIDs come from the peer, as the clinic's names do: neither is trusted as a path.
        let path = publisher.layout.path(for: keepsNames ? instance.path : Self.anonymousName(stego, instance), of: nil)
        let file = try publisher.write(stego.bytes, for: path)
        try file.sync(for: path)
        let digest = ContentDigest(of: stego.bytes)
        let name = try publisher.name(file, path, spare: SpareName(instance), digest: digest, byteCount: stego.bytes.count)
        try file.folder.reach(AtomicFile.parent(of: name)) { try AtomicFile.sync($0) }
    }

    private static func anonymousName(_ stego: StegoFile, _ instance: ArrivedInstance) -> String {
        (try? StegoFileName.path(of: stego.file.dataSet)) ?? "\(instance.studyUID)/\(instance.transfer)-\(instance.position).dcm"
    }
}
