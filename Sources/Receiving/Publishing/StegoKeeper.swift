import Basics
import DICOM
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
        let path = path(stego.file.dataSet, instance)
        try keep(try publisher.write(stego.bytes, for: path), path, of: instance, digest: ContentDigest(of: stego.bytes))
    }

    /// The same of one that is read piece by piece.
    func keep(_ source: FileSource, _ dataSet: DataSet, of instance: ArrivedInstance) throws {
        let path = path(dataSet, instance)
        let file = try publisher.make(for: path)
        try source.forEachBlock(of: 0..<source.byteCount) { try file.store.append($0) }
        try keep(file, path, of: instance, digest: source.digest())
    }

    private func path(_ dataSet: DataSet, _ instance: ArrivedInstance) -> String {
        publisher.layout.path(for: keepsNames ? instance.path : Self.anonymousName(dataSet, instance), of: nil)
    }

    private func keep(_ file: PendingFile, _ path: String, of instance: ArrivedInstance, digest: ContentDigest) throws {
        try file.sync()
        let name = try publisher.name(
            file, path, spare: SpareName(instance), digest: digest, byteCount: file.store.byteCount)
        try file.folder.reach(AtomicFile.parent(of: name)) { try AtomicFile.sync($0) }
    }

    private static func anonymousName(_ dataSet: DataSet, _ instance: ArrivedInstance) -> String {
        (try? StegoFileName.path(of: dataSet)) ?? "\(instance.studyUID)/\(instance.transfer)-\(instance.position).dcm"
    }
}
