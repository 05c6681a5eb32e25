import Basics
import Foundation
import GRDB
import Protocol

/// One reply as its journal knows it: one that this side gives, or one that has come.
package struct ReplyRecord: Codable, Sendable, Equatable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "reply"

    package enum State: String, Codable, Sendable, DatabaseValueConvertible {
        /// Its documents are on the disk; whether it is in the outbox is not certain.
        case written
        /// In the outbox, or sent.
        case queued
        /// It has come from the other side.
        case arrived
    }

    /// Transfers as 32 hexadecimal digits.
    private let reply: String
    private let answers: String
    package let isOwn: Bool
    package let version: Int
    private let status: String
    private let predecessor: String?
    package let author: String
    /// The time at which the author gave it, by the radiologist's clock.
    package let time: Date
    private let criticality: Int
    /// The person to call at the other side; `nil` when nobody was named.
    package let callback: String?
    /// The other side.
    private let peer: String
    package let peerName: String
    /// The original study.
    package let studyUID: String
    /// Where its documents are.
    package let folder: String
    package var state: State
    /// The reply's signed manifest; `nil` until it is signed.
    package var manifest: String?
    /// The time at which it was put into the outbox, or had arrived, by this side's clock.
    package var noted: Date
    /// UIDs of its structured report, for the next version.
    package let seriesUID: String?
    package let instanceUID: String?
    /// The signed acknowledgement, armoured; its signature was verified when it came.
    package var acknowledgement: String?
    /// The author of the acknowledgement, as it states.
    private var acknowledgedBy: String?
    private var acknowledgedTime: Date?
    private var readBack: String?
    /// The time at which the reply had arrived, by the clinic's clock.
    private var received: Date?
    /// The time at which this side knew of it, by its own clock.
    package var acknowledged: Date?

    package init(
        _ reply: TransferID, _ facts: Reply, isOwn: Bool, callback: String?, peer: Fingerprint, peerName: String, studyUID: String,
        folder: String, state: State, manifest: String?, noted: Date, seriesUID: String? = nil, instanceUID: String? = nil
    ) {
        self.reply = reply.description
        answers = facts.transfer.description
        self.isOwn = isOwn
        version = facts.report.version
        status = facts.report.status.rawValue
        predecessor = facts.report.predecessor?.description
        author = facts.report.author
        time = facts.report.time
        criticality = facts.report.criticality.rawValue
        self.callback = callback
        self.peer = peer.description
        self.peerName = peerName
        self.studyUID = studyUID
        self.folder = folder
        self.state = state
        self.manifest = manifest
        self.noted = noted
        self.seriesUID = seriesUID
        self.instanceUID = instanceUID
    }

    package var transfer: String { reply }
    package var answered: String { answers }
    package var reportStatus: String { status }
    package var isCritical: Bool { criticality != Criticality.none.rawValue }
    package var category: Int { criticality }
    /// The person who has acknowledged it, and the words, by the clinic's clock.
    package struct Words: Sendable, Equatable {
        package let by: String
        package let time: Date
        package let readBack: String?
    }

    package var acknowledgedWords: Words? {
        guard let acknowledgedBy, let acknowledgedTime else { return nil }
        return Words(by: acknowledgedBy, time: acknowledgedTime, readBack: readBack)
    }

    /// The remark on both sides' clocks; `nil` where their times do not contradict each other.
    ///
    /// The acknowledgement was made after the reply was given and before it was known at the radiologist's.
    package var clockRemark: String? {
        guard isOwn, let known = acknowledged, let there = acknowledgedTime else { return nil }
        let behind = (received ?? there) < time.addingTimeInterval(-1) ? time.timeIntervalSince(received ?? there) : 0
        let ahead = there > known.addingTimeInterval(1) ? there.timeIntervalSince(known) : 0
        if behind > 0 { return "the clinic's clock is at least \(Int(behind)) s behind" }
        if ahead > 0 { return "the clinic's clock is at least \(Int(ahead)) s ahead" }
        return nil
    }

    package var transferID: TransferID? { TransferID(hexadecimal: reply) }
    package var fingerprint: Fingerprint? { try? Fingerprint(peer) }
}

/// The tables of `replies.sqlite`, as named migrations.
enum ReplySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("replies") { database in
            try database.create(table: "reply") { table in
                table.primaryKey("reply", .text)
                table.column("answers", .text).notNull()
                table.column("isOwn", .boolean).notNull()
                table.column("version", .integer).notNull()
                table.column("status", .text).notNull()
                table.column("predecessor", .text)
                table.column("author", .text).notNull()
                table.column("time", .datetime).notNull()
                table.column("criticality", .integer).notNull()
                table.column("callback", .text)
                table.column("peer", .text).notNull()
                table.column("peerName", .text).notNull()
                table.column("studyUID", .text).notNull()
                table.column("folder", .text).notNull()
                table.column("state", .text).notNull()
                table.column("manifest", .text)
                table.column("noted", .datetime).notNull()
                table.column("seriesUID", .text)
                table.column("instanceUID", .text)
                table.column("acknowledgement", .text)
                table.column("acknowledgedBy", .text)
                table.column("acknowledgedTime", .datetime)
                table.column("readBack", .text)
                table.column("received", .datetime)
                table.column("acknowledged", .datetime)
            }
            // No two of this side's versions have one number; those of others count for themselves.
            try database.execute(
                sql: """
                    CREATE UNIQUE INDEX replyVersion ON reply (answers, version) WHERE isOwn;
                    CREATE INDEX replyOpen ON reply (noted) WHERE criticality > 0 AND acknowledged IS NULL;
                    """)
        }
        return migrator
    }
}
