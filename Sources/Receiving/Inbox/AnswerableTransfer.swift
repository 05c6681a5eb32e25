import Basics

/// A study that can be answered: what the answer refers to, and where its files are.
package struct AnswerableTransfer: Sendable {
    package let status: StudyStatus
    /// SHA-256 of the signed manifest.
    package let manifestDigest: ContentDigest
    /// Restored files that are the current versions, in the manifest's order.
    package let paths: [String]
}
