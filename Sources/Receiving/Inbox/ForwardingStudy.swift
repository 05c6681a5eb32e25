import Foundation
import Protocol

/// A study that is to be forwarded.
struct ForwardingStudy: Sendable {
    let transfer: TransferID
    let studyUID: String
    let peer: String
    /// When it was announced.
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
    /// What it remarked.
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
