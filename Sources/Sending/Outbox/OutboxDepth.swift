import GRDB

extension Outbox {
    /// How much is queued.
    struct Depth: Sendable, Equatable {
        var files: [OutboxInstance.State: Int] = [:]
        /// Of files that are neither receipted nor given up.
        var originalBytes = 0
    }

    /// Counts the files of studies that are not closed.
    func depth() async throws -> Depth {
        try await database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT instance.state AS state, COUNT(*) AS files, SUM(originalBytes) AS bytes FROM instance
                    JOIN study USING (transferID) WHERE study.state = ? GROUP BY instance.state
                    """, arguments: [OutboxStudy.State.queued])
            var depth = Depth()
            for row in rows {
                guard let state = OutboxInstance.State(rawValue: row["state"]) else { continue }
                depth.files[state] = row["files"]
                if [.planned, .sealed, .sending].contains(state) { depth.originalBytes += row["bytes"] as Int }
            }
            return depth
        }
    }
}
