import Foundation
import GRDB
import Protocol

/// Whether a study was handed on. Raw values are in the journal; NULL for studies that nobody wants handed on.
enum ForwardingState: String, Sendable {
    case waiting
    case done
}

/// A study that is to be handed on.
struct ForwardingStudy: Sendable {
    let transfer: TransferID
    let studyUID: String
    let peer: String
    /// When it was announced.
    let since: Date
    /// Files that were not accepted yet.
    let files: [File]

    struct File: Sendable {
        let position: Int
        let path: String
    }
}

extension Inbox {
    /// Studies to hand on, oldest first.
    func waitingForForwarding() async throws -> [TransferID] {
        try await database.read { database in
            try String.fetchAll(database, sql: "SELECT transfer FROM study WHERE forwarding = 'waiting' ORDER BY announced")
                .compactMap(TransferID.init(hexadecimal:))
        }
    }

    func forwardingStudy(_ transfer: TransferID) async throws -> ForwardingStudy? {
        try await database.read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM study WHERE transfer = ? AND forwarding = 'waiting'", arguments: [transfer.description])
            else { return nil }
            let files = try Row.fetchAll(
                database,
                sql: """
                    SELECT position, published FROM instance
                    WHERE transfer = ? AND state = 'restored' AND published IS NOT NULL AND forwarded IS NULL ORDER BY position
                    """, arguments: [transfer.description]
            ).map { ForwardingStudy.File(position: $0["position"], path: $0["published"]) }
            return ForwardingStudy(
                transfer: transfer, studyUID: row["studyUID"], peer: row["peer"], since: JournalTime.date(row["announced"] ?? 0),
                files: files)
        }
    }

    /// Notes which files were accepted. Returns whether these were the last of the study. Blocks.
    func forwarded(_ positions: [Int], of transfer: TransferID) throws -> Bool {
        try database.write { database in
            let update = try database.cachedStatement(sql: "UPDATE instance SET forwarded = ? WHERE transfer = ? AND position = ?")
            for position in positions { try update.execute(arguments: [JournalTime.now, transfer.description, position]) }
            let remains = try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM instance
                    WHERE transfer = ? AND state = 'restored' AND published IS NOT NULL AND forwarded IS NULL)
                    """, arguments: [transfer.description])
            guard remains == false else { return false }
            try database.execute(
                sql: "UPDATE study SET forwarding = 'done', forwardingReason = NULL WHERE transfer = ?", arguments: [transfer.description])
            return true
        }
    }

    /// Notes why a study could not be handed on this time.
    func forwardingFailed(_ transfer: TransferID, reason: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE study SET forwardingAttempts = forwardingAttempts + 1, forwardingReason = ? WHERE transfer = ?",
                arguments: [reason, transfer.description])
        }
    }
}
