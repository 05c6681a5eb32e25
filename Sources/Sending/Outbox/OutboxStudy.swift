import Basics
import Concurrency
import Foundation
import Protocol

/// What goes first where several studies share a link.
package enum Priority: String, Codable, Sendable, CaseIterable, Comparable {
    /// Urgent: before every routine study, also before those under way.
    case stat
    case routine

    package static func < (left: Priority, right: Priority) -> Bool { left == .stat && right == .routine }

    /// How it waits for a place.
    var placeKind: PrioritySemaphore.Kind { self == .stat ? .urgent : .routine }
}

/// One study on its way to one receiver: a row of the outbox.
package struct OutboxStudy: Codable, Sendable {
    package enum State: String, Codable, Sendable {
        /// Not all of it is receipted.
        case queued
        /// Every file is restored and receipted.
        case delivered
        /// Closed by the receiver's receipt, but some files were not restored or could not be sent.
        case incomplete
        /// Taken out by a person before all of it was receipted.
        case discarded

        var isClosed: Bool { self != .queued }
    }

    /// Also the name of the folder with the sealed files.
    package let transferID: TransferID
    /// SHA-256 over the originals' names and digests: the same for the same study.
    let contentDigest: ContentDigest
    /// The receiver; the name under which it was trusted is for people.
    package var peer: Fingerprint
    package var peerName: PeerName
    /// Where to find it; `nil` for what its card says.
    package var address: PeerAddress?
    package var priority: Priority
    package var state: State
    /// Of the stego files.
    package let studyUID: StudyUID
    /// The clinic's, as its files have it.
    let originalStudyUID: String
    package let choices: SealingChoices
    package let fileCount: Int
    /// Signed once; the receiver recognises it when it comes again.
    package let manifest: String?
    /// 32 bytes; gone as soon as the study is closed.
    let studyKey: Data?
    /// The folder that a watcher took the files from; `nil` where a person gave them.
    package let source: String?
    /// Whether the watcher has moved the files away.
    var isFiled: Bool
    /// Connections that were made for it.
    var attempts: Int
    package var lastError: String?
    package let created: Date
    package var closed: Date?
    /// The file with the signed receipts.
    package var receipts: String?
    /// For the people of this side only; gone with the row, as the files' paths are.
    package var subject: StudySubject?
    /// When the clinic needs the answer; `nil` where it did not say.
    var due: Date?
}
