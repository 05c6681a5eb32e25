import Basics
import Foundation
import GRDB
import Protocol

extension SQLiteInbox {
    func answerable(_ transfer: TransferID) async throws -> AnswerableTransfer? {
        try await database.read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM study WHERE transfer = ?", arguments: [transfer.description])
            else { return nil }
            let paths = try String.fetchAll(
                database,
                sql: """
                    SELECT published FROM instance
                    WHERE transfer = ? AND (state = 'restored' OR accepted IS NOT NULL) AND replaced IS NULL AND published IS NOT NULL
                    ORDER BY position
                    """, arguments: [transfer.description])
            return AnswerableTransfer(
                status: try Self.status(database, row),
                manifestDigest: try (row["manifestDigest"] as Data?).flatMap { ContentDigest(bytes: $0) }.orDamaged(), paths: paths)
        }
    }

    func manifestText(of transfer: TransferID) async throws -> String? {
        try await database.read { database in
            try String.fetchOne(database, sql: "SELECT manifest FROM study WHERE transfer = ?", arguments: [transfer.description])
        }
    }
}
