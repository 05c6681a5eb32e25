import ArgumentParser
import Foundation
import GRDB
import Protocol

/// What goes first where several studies share a link.
enum Priority: String, Codable, Sendable, CaseIterable, Comparable, ExpressibleByArgument, DatabaseValueConvertible {
    /// Urgent: before every routine study, also before those under way.
    case stat
    case routine

    static func < (left: Priority, right: Priority) -> Bool { left == .stat && right == .routine }
}

/// One study on its way to one receiver: a row of the outbox.
struct OutboxStudy: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "study"

    enum State: String, Codable, Sendable, DatabaseValueConvertible {
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

    /// Hexadecimal; also the name of the folder with the sealed files.
    let transferID: String
    /// SHA-256 over the originals' names and digests: the same study is the same text.
    let contentDigest: String
    /// The receiver's fingerprint; the name under which it was trusted is for people.
    var peer: String
    var peerName: String
    /// Where to find it; `nil` for what its card says.
    var address: String?
    var priority: Priority
    var state: State
    /// Of the stego files.
    let studyUID: String
    /// The clinic's.
    let originalStudyUID: String
    let choices: SealingChoices
    let fileCount: Int
    /// Signed once; the receiver recognises it when it comes again.
    let manifest: String?
    /// 32 bytes; gone as soon as the study is closed.
    let studyKey: Data?
    /// The folder that a watcher took the files from; `nil` where a person gave them.
    let source: String?
    /// Whether the watcher has moved the files away.
    var isFiled: Bool
    /// Connections that were made for it.
    var attempts: Int
    var lastError: String?
    let created: Date
    var closed: Date?
    /// The file with the signed receipts.
    var receipts: String?
    /// For the people of this side only; gone with the row, as the files' paths are.
    var subject: StudySubject?
}
