import Basics
import Foundation
import GRDB

/// Taking out what nobody wants delivered any more.
extension Outbox {
    /// What a discarded file's row and the file beside it in a watched folder say.
    static let discardedReason = "discarded"

    /// The numbers of all transfers that the journal knows.
    func transferIDs() async throws -> [String] {
        try await database.read { try String.fetchAll($0, sql: "SELECT transferID FROM study ORDER BY created") }
    }

    /// Ends a queued study without delivering the rest of it: its key and manifest go in the transaction that closes it, then its sealed
    /// files. Call it with the transfer's lock held.
    ///
    /// What is receipted stays receipted, also what the receiver could not restore for good; everything else counts as withdrawn.
    /// - Parameter receipts: the file with the receipts that had come; `nil` when there are none.
    /// - Throws: ``OutboxError``, when there is no such transfer or when it is closed; `DatabaseError`.
    package func discard(_ transferID: String, receipts: String?, at date: Date = Date()) async throws {
        try await database.write { database in
            guard var study = try OutboxStudy.fetchOne(database, key: transferID) else {
                throw OutboxError(code: .unknownTransfer, description: "the outbox has no transfer \(transferID)")
            }
            guard !study.state.isClosed else {
                throw OutboxError(code: .illegalTransition, description: "the transfer \(transferID) is \(study.state.rawValue) already")
            }
            try Self.withdrawRest(of: transferID, database)
            study.state = .discarded
            study.closed = date
            study.receipts = receipts
            study.lastError = nil
            try study.update(database, columns: ["state", "closed", "receipts", "lastError"])
            try database.execute(sql: "UPDATE study SET studyKey = NULL, manifest = NULL WHERE transferID = ?", arguments: [transferID])
        }
        try await remove(spool(transferID))
    }

    /// Also files of which the receiver said that they failed for the moment: nobody will try them again.
    private static func withdrawRest(of transferID: String, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE instance SET state = ?, failure = ?, failureKind = ?
                WHERE transferID = ? AND (state IN (?, ?, ?) OR (state = ? AND failureKind = ?))
                """,
            arguments: [
                OutboxInstance.State.withdrawn, discardedReason, FailureKind.temporary.rawValue, transferID, OutboxInstance.State.planned,
                OutboxInstance.State.sealed, OutboxInstance.State.sending, OutboxInstance.State.failed, FailureKind.temporary.rawValue,
            ])
    }
}
