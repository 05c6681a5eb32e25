import CommandLineSupport
import DICOM
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
    private let file: UnpublishedFile

    /// Writes a file; ``sync(for:)`` brings it to the disk. Blocks.
    init(_ bytes: [UInt8], in directory: String, for path: String) throws(FileError) {
        file = try UnpublishedFile(in: directory)
        try file.write(bytes, for: path, durably: false)
    }

    func sync(for path: String) throws(FileError) { try file.sync(for: path) }

    func publish(as path: String) throws(FileError) -> Bool { try file.publish(as: path) }
}
