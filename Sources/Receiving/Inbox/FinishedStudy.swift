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
