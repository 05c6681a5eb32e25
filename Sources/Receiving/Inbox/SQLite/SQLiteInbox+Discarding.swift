import Basics
import Foundation
import GRDB
import Protocol

/// Giving up what a sender will not send any more.
extension SQLiteInbox {
    func transfers() async throws -> [TransferID] {
        try await database.read { database in
            try String.fetchAll(database, sql: "SELECT transfer FROM study ORDER BY opened")
                .map { try TransferID(hexadecimal: $0).orDamaged() }
        }
    }

    func study(_ transfer: TransferID) async throws -> StudyStatus? {
        try await database.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM study WHERE transfer = ?", arguments: [transfer.description])
                .map { try Self.status(database, $0) }
        }
    }

    /// Ends a study that is arriving: what is not restored counts as withdrawn, what the spool holds of it is let go of, and the key with it.
    ///
    /// - Returns: `false` when the study is not arriving, or not there.
    func discard(_ transfer: TransferID, reason: String) async throws -> Bool {
        try await database.write { database in
            try database.execute(
                // The patient's name and history go with the key; they come again with the sender, should it return.
                sql: "UPDATE study SET discarded = ?, heading = NULL, clinicalOrder = NULL WHERE transfer = ? AND state = 'arriving'",
                arguments: [Timestamp.now, transfer.description])
            guard database.changesCount > 0 else { return false }
            try database.execute(
                sql: """
                    UPDATE instance SET state = 'withdrawn', reason = ?, stegoDigest = NULL, stegoBytes = NULL, segment = NULL, start = NULL,
                        durable = NULL
                    WHERE transfer = ? AND state IN ('awaited', 'arriving', 'arrived')
                    """, arguments: [reason, transfer.description])
            _ = try Self.finishIfOver(database, transfer)
            return true
        }
    }

    /// The sender of a discarded study has come back: everything that is not at its end is awaited again, at once. One by one, the study
    /// would come to its end anew with each file.
    ///
    /// What the sender itself had withdrawn it withdraws again.
    static func takeBack(_ database: Database, _ transfer: TransferID) throws {
        try database.execute(
            sql: """
                UPDATE study SET state = 'arriving', finished = NULL, announced = NULL, discarded = NULL
                WHERE transfer = ? AND discarded IS NOT NULL
                """, arguments: [transfer.description])
        guard database.changesCount > 0 else { return }
        try database.execute(
            sql: "UPDATE instance SET state = 'awaited', reason = NULL WHERE transfer = ? AND state = 'withdrawn'",
            arguments: [transfer.description])
    }
}
