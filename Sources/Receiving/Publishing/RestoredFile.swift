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
}

/// An ``UnpublishedFile`` that several may hold; gone with the last of them, unless it was published.
final class PendingFile: Sendable {
    /// Where it was written, and where alone it can get a name.
    let folder: OpenFolder
    private let file: UnpublishedFile

    /// Writes a file; ``sync(for:)`` brings it to the disk. Blocks.
    ///
    /// - Throws: ``FileError``
    init(_ bytes: [UInt8], in folder: OpenFolder, for path: String) throws {
        self.folder = folder
        file = try folder.reach { try UnpublishedFile(in: $0, way: folder) }
        try file.write(bytes, for: path, durably: false)
    }

    func sync(for path: String) throws(FileError) { try file.sync(for: path) }

    /// - Parameter way: of ``OpenFolder/reach(_:_:)``.
    func publish(as way: String) throws(FileError) -> Bool { try file.publish(as: way) }
}
