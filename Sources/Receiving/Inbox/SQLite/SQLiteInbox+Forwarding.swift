import Basics
import Foundation
import GRDB
import Protocol

extension SQLiteInbox {
    /// Studies to forward, oldest first.
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
                    SELECT position, published, replaced FROM instance
                    WHERE transfer = ? AND state = 'restored' AND published IS NOT NULL AND forwarded IS NULL ORDER BY position
                    """, arguments: [transfer.description]
            ).map { ForwardingStudy.File(position: $0["position"], path: $0["published"], replaced: $0["replaced"]) }
            return ForwardingStudy(
                transfer: transfer, studyUID: row["studyUID"], peer: row["peer"], since: Timestamp.date(trusted: row["announced"] ?? 0),
                attempts: row["forwardingAttempts"], files: files)
        }
    }

    /// Notes which files were accepted; but not one in whose place another has come meanwhile, which is still to go. Returns whether these were the last of the study. Blocks.
    func forwarded(_ files: [AcceptedFile], of transfer: TransferID) throws -> Bool {
        try database.write { database in
            let update = try database.cachedStatement(
                sql: """
                    UPDATE instance SET forwarded = ?, forwardingNote = ?
                    WHERE transfer = ? AND position = ? AND state = 'restored' AND forwarded IS NULL AND replaced IS ?
                    """)
            for file in files {
                try update.execute(arguments: [Timestamp.now, file.note, transfer.description, file.file.position, file.file.replaced])
            }
            let remains = try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM instance
                    WHERE transfer = ? AND state = 'restored' AND published IS NOT NULL AND forwarded IS NULL)
                    """, arguments: [transfer.description])
            guard remains == false else { return false }
            try database.execute(
                sql: "UPDATE study SET forwarding = 'done', forwardingReason = NULL WHERE transfer = ? AND forwarding = 'waiting'",
                arguments: [transfer.description])
            return database.changesCount > 0
        }
    }

    /// Notes why a study could not be forwarded this time, and which files are the reason.
    ///
    /// - Parameter isOver: whether it is not tried again by itself.
    func forwardingFailed(_ transfer: TransferID, reason: String, notes: [Int: String], isOver: Bool) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE study SET forwardingAttempts = forwardingAttempts + 1, forwardingReason = ?, forwarding = ?
                    WHERE transfer = ? AND forwarding = 'waiting'
                    """,
                arguments: [
                    reason, (isOver ? ForwardingState.refused : .waiting).rawValue, transfer.description,
                ])
            guard database.changesCount > 0 else { return }
            let update = try database.cachedStatement(
                sql: "UPDATE instance SET forwardingNote = ? WHERE transfer = ? AND position = ? AND forwarded IS NULL")
            for (position, note) in notes {
                try update.execute(arguments: [note, transfer.description, position])
            }
        }
    }

    /// Has a study forwarded that was given up or dropped. Returns `false`, with nothing changed, where it is none of these.
    func retryForwarding(_ transfer: TransferID) async throws -> Bool {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE study SET forwarding = 'waiting', forwardingAttempts = 0, forwardingReason = NULL
                    WHERE transfer = ? AND forwarding IN ('refused', 'dropped') AND state = 'complete'
                    """, arguments: [transfer.description])
            return database.changesCount > 0
        }
    }

    /// Ends the forwarding of a study. Returns `false`, with nothing changed, where nothing waits.
    func dropForwarding(_ transfer: TransferID) async throws -> Bool {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE study SET forwarding = 'dropped' WHERE transfer = ? AND forwarding IN ('waiting', 'refused')",
                arguments: [transfer.description])
            return database.changesCount > 0
        }
    }

    /// Files of a study that another application has not taken, or not without a remark.
    func forwardingNotes(of transfer: TransferID) async throws -> [ForwardingNote] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT published, forwarded IS NOT NULL AS accepted, forwardingNote FROM instance
                    WHERE transfer = ? AND state = 'restored' AND forwardingNote IS NOT NULL ORDER BY position
                    """, arguments: [transfer.description]
            ).map { ForwardingNote(path: $0["published"], isAccepted: $0["accepted"], note: $0["forwardingNote"]) }
        }
    }
}
