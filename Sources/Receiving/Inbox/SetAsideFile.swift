import Basics
import DICOM
import Protocol

/// A restored file that was set aside, since a different one with its SOPInstanceUID was here.
package struct SetAsideFile: Sendable {
    package let transfer: TransferID
    /// StudyInstanceUID of the stego files.
    package let studyUID: String
    package let peer: String
    /// The path as its sender told it.
    package let name: String
    /// Where it was set aside.
    package let path: String
    /// Where it is, once it was accepted.
    package let accepted: String?
    /// Of the restored file.
    package let digest: ContentDigest
    let sopInstanceUID: String
    package let heading: StudyHeading?
}
