import Basics
import Files
import Foundation
import GRDB
import Journal
import Protocol

/// The replies of a home: those that it gives and those that have come, with what became of them.
///
/// Each call that changes something is one transaction, and returns when it is on the disk.
package struct ReplyJournal: Sendable {
    private let database: DatabasePool

    /// Opens `replies.sqlite` in the folder of this side's state; makes it where it is not there. Blocks.
    ///
    /// - Throws: `JournalError`, `FileError`
    package init(state: URL) throws {
        try AtomicFile.makeDirectories(state.path, mode: 0o700)
        database = try JournalDatabase.open(at: Self.path(in: state), migrator: ReplySchema.migrator)
    }

    /// Whether a home has any replies.
    package static func exists(in state: URL) -> Bool { FileManager.default.fileExists(atPath: path(in: state)) }

    private static func path(in state: URL) -> String { state.appending(path: "replies.sqlite").path }

    // MARK: Looking

    /// Replies, the last first.
    package func records(isOwn: Bool? = nil, limit: Int = .max) async throws -> [ReplyRecord] {
        try await database.read { database in
            var request = ReplyRecord.order(Column("noted").desc, Column("version").desc)
            if let isOwn { request = request.filter(Column("isOwn") == isOwn) }
            return try request.limit(limit).fetchAll(database)
        }
    }

    package func record(_ reply: TransferID) async throws -> ReplyRecord? {
        try await database.read { try ReplyRecord.fetchOne($0, key: reply.description) }
    }

    /// The last version that this side has given.
    func last(to transfer: TransferID) async throws -> ReplyRecord? {
        try await database.read { database in
            try ReplyRecord.filter(Column("answers") == transfer.description && Column("isOwn") == true)
                .order(Column("version").desc).fetchOne(database)
        }
    }

    /// Replies of this side that a killed process may have left out of the outbox.
    func unqueued() async throws -> [ReplyRecord] {
        try await database.read { database in
            try ReplyRecord.filter(Column("isOwn") == true && Column("state") == ReplyRecord.State.written).fetchAll(database)
        }
    }

    /// Transfers of this side that somebody has answered, in whatever status.
    func answeredTransfers() async throws -> Set<String> {
        try await database.read { try String.fetchSet($0, sql: "SELECT answers FROM reply WHERE NOT isOwn") }
    }

    /// Critical replies that nobody has acknowledged, oldest first.
    package func unacknowledged(isOwn: Bool) async throws -> [ReplyRecord] {
        try await database.read { database in
            try ReplyRecord.filter(
                Column("isOwn") == isOwn && Column("criticality") > 0 && Column("acknowledged") == nil
                    && Column("state") != ReplyRecord.State.written
            ).order(Column("noted")).fetchAll(database)
        }
    }

    // MARK: Changing

    /// Enters a reply; one that is there already stays as it is. Returns whether it is new.
    package func enter(_ record: ReplyRecord) async throws -> Bool {
        try await database.write { database in
            guard try ReplyRecord.fetchOne(database, key: record.transfer) == nil else { return false }
            try record.insert(database)
            return true
        }
    }

    /// Notes that a reply of this side is in the outbox.
    func queued(_ reply: TransferID, manifest: String?, at date: Date) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE reply SET state = ?, manifest = ?, noted = ? WHERE reply = ? AND state = ?",
                arguments: [ReplyRecord.State.queued, manifest, date, reply.description, ReplyRecord.State.written])
        }
    }

    /// Forgets a reply that never got into the outbox.
    func forget(_ reply: TransferID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM reply WHERE reply = ? AND state = ?", arguments: [reply.description, ReplyRecord.State.written])
        }
    }

    /// Keeps the first acknowledgement of a reply. Returns whether this is it.
    package func acknowledge(_ acknowledgement: Acknowledgement, at date: Date) async throws -> Bool {
        let text = try acknowledgement.text()
        return try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE reply SET acknowledgement = ?, acknowledged = ?, acknowledgedBy = ?, acknowledgedTime = ?, readBack = ?, received = ?
                    WHERE reply = ? AND acknowledged IS NULL
                    """,
                arguments: [
                    text, date, "\(acknowledgement.person), \(acknowledgement.role)", acknowledgement.time, acknowledgement.readBack,
                    acknowledgement.received, acknowledgement.reply.description,
                ])
            return database.changesCount > 0
        }
    }
}

/// The replies of a home, to look at and to name.
package struct ReplyList: Sendable {
    private let journal: ReplyJournal

    /// `nil` where there are none. Blocks.
    ///
    /// - Throws: `JournalError`, `FileError`
    package init?(home: Home) throws {
        guard ReplyJournal.exists(in: home.state) else { return nil }
        journal = try ReplyJournal(state: home.state)
    }

    /// Replies that this side has given, the last first.
    package func own(limit: Int, onlyOpen: Bool) async throws -> [ReplyRecord] {
        onlyOpen ? Array(try await journal.unacknowledged(isOwn: true).prefix(limit)) : try await journal.records(isOwn: true, limit: limit)
    }

    /// Transfers of this side that somebody has answered, in whatever status.
    package func answeredTransfers() async throws -> Set<String> { try await journal.answeredTransfers() }

    /// The reply from elsewhere that a person means.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` when none or several are meant.
    package func received(meantBy prefix: TransferPrefix) async throws -> ReplyRecord {
        let records = try await journal.records(isOwn: false)
        let transfer = try prefix.only(of: records.compactMap(\.transferID))
        guard let record = records.first(where: { $0.transferID == transfer }) else {
            throw OperationFailure(.invalidRequest, "there is no reply \(prefix.beginning)")
        }
        return record
    }
}
