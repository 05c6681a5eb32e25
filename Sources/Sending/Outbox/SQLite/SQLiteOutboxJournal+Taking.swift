import Foundation
import GRDB

/// Instances from modalities.
extension SQLiteOutboxJournal {
    func takenInstance(_ sopInstanceUID: String, into source: String) async throws -> TakenInstance? {
        try await database.read { database in
            let key = ["source": source, "sopInstanceUID": sopInstanceUID]
            guard var instance = try TakenInstance.fetchOne(database, key: key) else { return nil }
            let state = try OutboxInstance.State.fetchOne(
                database,
                sql: "SELECT instance.state FROM instance JOIN study USING (transferID) WHERE path = ? ORDER BY created DESC LIMIT 1",
                arguments: [instance.path])
            instance.hasFailed = state == .failed || state == .withdrawn
            return instance
        }
    }

    func ask(_ commitment: AskedCommitment) async throws { try await commits.commit { try commitment.insert($0) } }

    func askedCommitments() async throws -> [AskedCommitment] {
        try await database.read { try AskedCommitment.order(Column("id")).fetchAll($0) }
    }

    func answered(_ commitment: AskedCommitment) async throws {
        _ = try await database.write { try AskedCommitment.deleteOne($0, key: commitment.id) }
    }

    func outcome(of sopInstanceUID: String, takenInto source: String) async throws -> TakenOutcome {
        try await database.read { database in
            let key = ["source": source, "sopInstanceUID": sopInstanceUID]
            guard let instance = try TakenInstance.fetchOne(database, key: key) else { return .unknown }
            let state = try OutboxInstance.State.fetchOne(
                database,
                sql: "SELECT instance.state FROM instance JOIN study USING (transferID) WHERE path = ? ORDER BY created DESC LIMIT 1",
                arguments: [instance.path])
            switch state {
            case .acknowledged: return .receipted
            case .failed, .withdrawn: return .failed
            default: return .underWay
            }
        }
    }

    func take(_ instance: TakenInstance) async throws { try await commits.commit { try instance.save($0) } }

    func forgetInstances(takenBefore date: Date) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM taken WHERE taken < ? AND NOT EXISTS (
                        SELECT 1 FROM instance JOIN study USING (transferID) WHERE instance.path = taken.path AND study.state = ?)
                    """, arguments: [date, OutboxStudy.State.queued])
        }
    }
}
