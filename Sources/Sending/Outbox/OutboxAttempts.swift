import GRDB

/// How often files were about to be sealed when this program ended: one of them may have been the reason.
extension Outbox {
    /// Counts an attempt for every file of a transfer that is to be sealed.
    ///
    /// - Parameter limit: attempts that are not counted for all, but for each by itself.
    func countAttempts(_ transferID: String, below limit: Int) async throws {
        try await commit { database in
            try database.execute(
                sql: "UPDATE instance SET attempts = attempts + 1 WHERE transferID = ? AND state = ? AND attempts < ?",
                arguments: [transferID, OutboxInstance.State.planned, limit])
        }
    }

    /// Counts an attempt for a file that is about to be sealed while no other suspect is.
    ///
    /// - Returns: its attempts, this one included.
    func countAttempt(_ transferID: String, _ position: Int) async throws -> Int {
        try await database.write { database in
            try Int.fetchOne(
                database, sql: "UPDATE instance SET attempts = attempts + 1 WHERE transferID = ? AND position = ? RETURNING attempts",
                arguments: [transferID, position]) ?? 1
        }
    }

    /// Sealing ends in order: nothing that is still to be sealed was a reason to end.
    func forgetAttempts(_ transferID: String) async throws {
        try await commit { database in
            try database.execute(
                sql: "UPDATE instance SET attempts = 0 WHERE transferID = ? AND attempts > 0 AND state = ?",
                arguments: [transferID, OutboxInstance.State.planned])
        }
    }
}
