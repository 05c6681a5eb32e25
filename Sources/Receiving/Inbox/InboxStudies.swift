import Basics
import DICOM
import Foundation
import Protocol

/// A study that has come to its end and that nobody was told of yet.
struct FinishedStudy: Sendable {
    let transfer: TransferID
    /// StudyInstanceUID of the stego files.
    let studyUID: String
    let peer: String
    let sender: String
    let state: StudyState
    let finished: Date
    let instances: [PublishedInstance]
    let failed: Int
    let withdrawn: Int
    var heading: StudyHeading?
    var order: ClinicalOrder?
}

/// A restored file.
struct PublishedInstance: Sendable, Hashable {
    let position: Int
    let path: String
    /// Of the file that is there.
    let digest: ContentDigest
    /// Of the file that the study brought, where a person has accepted another one in its place.
    var replaces: ContentDigest?
}

/// An instance that the same sender has sent in an earlier transfer.
struct KnownInstance: Sendable {
    let position: Int
    let name: String
    let path: String
    let outcome: InstanceOutcome
    let digest: ContentDigest
    let sopInstanceUID: String?
    let heading: StudyHeading?
}

/// A study that is to be forwarded.
struct ForwardingStudy: Sendable {
    let transfer: TransferID
    let studyUID: String
    let peer: String
    /// The time at which it was announced.
    let since: Date
    /// That came before.
    let attempts: Int
    /// Files that were not accepted yet.
    let files: [File]

    struct File: Sendable {
        let position: Int
        let path: String
        /// Digest of the file that has taken the first one's place by then; `nil` for the first one.
        var replaced: Data?
    }
}

/// A file that another application has stored.
struct AcceptedFile: Sendable {
    let file: ForwardingStudy.File
    /// The other application's remark.
    let note: String?
}

/// A restored file of a study that another application has not taken, or not without a remark.
package struct ForwardingNote: Sendable, Hashable {
    /// Where it was published.
    package let path: String
    /// Whether it was taken.
    package let isAccepted: Bool
    /// The remark, or why it was not taken.
    package let note: String
}

/// A study that can be answered: what the answer refers to, and where its files are.
package struct AnswerableTransfer: Sendable {
    package let status: StudyStatus
    /// SHA-256 of the signed manifest.
    package let manifestDigest: ContentDigest
    /// Restored files that are the current versions, in the manifest's order.
    package let paths: [String]
}

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
