import Basics
import DICOM
import Files
import Foundation
import Protocol
import StegoKit

/// Puts restored files where the receiver's user finds them: complete or not at all, and never over another file.
package struct Publisher: Sendable {
    /// Where conflicts are set aside, below the folder of restored files.
    static let conflicts = "conflicts"

    let root: GuardedFolder
    let layout: Layout
    /// Whether the files of a study appear all at once, when the last of them is there.
    var wholeStudies = false

    init(_ root: GuardedFolder, layout: Layout) {
        self.root = root
        self.layout = layout
    }

    /// Into a folder that is made when it is not there.
    package init(folder: String, layout: Layout) { self.init(GuardedFolder(path: folder), layout: layout) }

    var folder: String { root.path }

    /// Publishes one file by itself; call it on a worker thread.
    ///
    /// Where another file has the name already, the first digits of the digest are added to it.
    /// - Returns: the path of the file.
    /// - Throws: `FileError`; ``ReceivingError`` `.nameTaken`.
    func publish(_ bytes: [UInt8], name: String, digest: ContentDigest) throws -> String {
        let file = layout == .patient ? try? DICOMFile(bytes: bytes, name: name) : nil
        return try publish(layout.path(for: name, of: file), digest) { try AtomicFile.publish(bytes, as: $0) }
    }

    /// The same of a file that was written piece by piece, into ``folder``.
    ///
    /// - Parameter dicom: the file, as far as it can be read.
    func publish(_ file: UnpublishedStore, name: String, of dicom: DICOMFile?, digest: ContentDigest) throws -> String {
        try publish(layout.path(for: name, of: dicom), digest) { path in
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            guard try AtomicFile.publish(file, as: path) == .occupied else { return .written }
            return FileDigest.of(path, ifSizeIs: file.byteCount) == digest ? .alreadyThere : .occupied
        }
    }

    private func publish(
        _ relativePath: String, _ digest: ContentDigest, _ publish: (String) throws -> AtomicFile.Publication
    ) throws -> String {
        let path = "\(folder)/\(relativePath)"
        guard try publish(path) == .occupied else { return path }
        let distinct = Self.adding(digest.description, to: path)
        guard try publish(distinct) == .occupied else { return distinct }
        throw ReceivingError.nameTaken(distinct)
    }

    /// Makes a place for a file that is published by itself, to be written piece by piece; call it on a worker thread.
    func makeStore(for name: String) throws -> UnpublishedStore {
        try AtomicFile.makeDirectories(folder)
        return try UnpublishedStore(in: folder, for: "\(folder)/\(name)")
    }

    // MARK: In two steps

    /// Writes a file that has no name yet. Blocks.
    ///
    /// - Throws: `FileError`; ``ReceivingError`` where the folder is away.
    func write(_ bytes: [UInt8], for relativePath: String) throws -> PendingFile {
        try PendingFile(bytes, in: try root.open(), for: "\(folder)/\(relativePath)")
    }

    /// Makes a file that has no name yet, to be written piece by piece. Blocks.
    ///
    /// - Parameter name: for errors.
    /// - Throws: as ``write(_:for:)``.
    func make(for name: String) throws -> PendingFile { try PendingFile(in: try root.open(), for: "\(folder)/\(name)") }

    /// Gives a synced file its name; the name is on the disk once its directory is synced. Blocks.
    ///
    /// The very same content under the name already counts as published, by an earlier run that was killed or by another sender.
    /// - Returns: the path of the file.
    /// - Throws: ``FileError``, ``ReceivingError`` `.nameTaken`; or when the folder that it was written into has gone from its path.
    func name(_ file: RestoredFile, below subfolder: String? = nil) throws -> String {
        try name(file.file, file.relativePath, below: subfolder, spare: file.spare, digest: file.digest, byteCount: file.byteCount)
    }

    /// The same for any file, whatever it is.
    func name(
        _ file: PendingFile, _ relativePath: String, below subfolder: String? = nil, spare: SpareName, digest: ContentDigest, byteCount: Int
    ) throws -> String {
        guard try root.open() === file.folder else { throw ReceivingError.folderIsAnother(folder) }
        let top = [folder, subfolder].compactMap(\.self).joined(separator: "/")
        let own = "\(top)/\(relativePath)"
        let paths = [own, Self.adding(digest.description, to: own)] + spare.paths.map { "\(top)/\($0)" }
        for path in paths {
            if try Self.isGiven(path, to: file, digest, byteCount) { return path }
        }
        throw ReceivingError.nameTaken(own)
    }

    /// Returns `false` where something else has the name, and where nothing can have it.
    private static func isGiven(_ path: String, to file: PendingFile, _ digest: ContentDigest, _ byteCount: Int) throws -> Bool {
        try file.folder.reach(path) { way in
            do throws(FileError) {
                try AtomicFile.makeDirectories(AtomicFile.parent(of: way))
                if try file.publish(as: way) { return true }
            } catch {
                guard error.isOfTheName else { throw error }
                return false
            }
            return FileDigest.of(way, ifSizeIs: byteCount) == digest
        }
    }

    static func adding(_ digest: String, to path: String) -> String {
        FileName.adding(String(digest.prefix(12)), to: path)
    }
}

/// A restored original, compared and written, that has no name yet.
struct RestoredFile: Sendable {
    /// Where it belongs, below the folder of restored files.
    let relativePath: String
    /// Where it goes when that cannot be.
    let spare: SpareName
    let digest: ContentDigest
    let byteCount: Int
    let exactness: InstanceOutcome.Exactness
    let placement: RecordPlacement
    let sopInstanceUID: String?
    /// The words of people for its study; `nil` where it cannot be read as DICOM.
    let heading: StudyHeading?
    let file: PendingFile
    /// Under which it was restored frame by frame; of no use once it has its own name.
    var unfinished: UnfinishedRestoration?
}

/// An ``UnpublishedStore`` that several may hold; gone with the last of them, unless it was published.
final class PendingFile: Sendable {
    /// Where it was written, and where alone it can get a name.
    let folder: OpenFolder
    /// The store that is written into, piece by piece if need be.
    let store: UnpublishedStore

    /// Makes an empty file. Blocks.
    ///
    /// - Parameter path: the final name, for errors.
    /// - Throws: ``FileError``
    init(in folder: OpenFolder, for path: String) throws {
        self.folder = folder
        store = try folder.reach { try UnpublishedStore(in: $0, for: path, way: folder) }
    }

    /// Writes a file; ``sync()`` brings it to the disk. Blocks.
    ///
    /// - Throws: ``FileError``
    convenience init(_ bytes: [UInt8], in folder: OpenFolder, for path: String) throws {
        try self.init(in: folder, for: path)
        try store.append(bytes)
    }

    func sync() throws(FileError) { try store.sync() }

    /// - Parameter way: of ``OpenFolder/reach(_:_:)``.
    func publish(as way: String) throws(FileError) -> Bool { try store.publish(as: way) }
}
