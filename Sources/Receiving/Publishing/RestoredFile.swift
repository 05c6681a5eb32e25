import Basics
import DICOM
import Files
import Protocol
import StegoKit

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
    /// What people call its study; `nil` where it cannot be read as DICOM.
    let heading: StudyHeading?
    let file: PendingFile
    /// Under which it was restored frame by frame; of no use once it has its own name.
    var unfinished: UnfinishedRestoration?
}

/// An ``UnpublishedStore`` that several may hold; gone with the last of them, unless it was published.
final class PendingFile: Sendable {
    /// Where it was written, and where alone it can get a name.
    let folder: OpenFolder
    /// What is written into it, piece by piece if need be.
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
