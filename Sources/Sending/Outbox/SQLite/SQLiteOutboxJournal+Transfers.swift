import Basics
import Foundation
import GRDB
import Protocol

/// Changes of files and of whole studies.
extension SQLiteOutboxJournal {
    // MARK: Files

    func make(_ transition: InstanceTransition, of transferID: TransferID, _ positions: [Int]) async throws {
        try await commits.commit { database in
            for position in positions { try Self.make(transition, of: transferID, position, database) }
        }
    }

    private static func make(_ transition: InstanceTransition, of transferID: TransferID, _ position: Int, _ database: Database) throws {
        if case .sending = transition, try markSending(transition, transferID, position, database) { return }
        guard var row = try OutboxInstance.fetchOne(database, key: ["transferID": transferID, "position": position]) else {
            throw OutboxError(code: .unknownTransfer, description: "the outbox has no file \(position) of the transfer \(transferID)")
        }
        if try row.make(transition) { try row.update(database) }
    }

    /// The one transition that many files make at once changes one column: reports and receipts need not be read and written for it.
    ///
    /// - Returns: whether it was made.
    private static func markSending(
        _ transition: InstanceTransition, _ transferID: TransferID, _ position: Int, _ database: Database
    ) throws -> Bool {
        let row = OutboxInstance.filter(Column("transferID") == transferID && Column("position") == position)
        let changes = try row.filter(transition.leaves.contains(Column("state")))
            .updateAll(database, Column("state").set(to: OutboxInstance.State.sending))
        return changes == 1
    }

    func countAttempts(_ transferID: TransferID, below limit: Int) async throws {
        try await commits.commit { database in
            try database.execute(
                sql: "UPDATE instance SET attempts = attempts + 1 WHERE transferID = ? AND (state = ? OR proof = ?) AND attempts < ?",
                arguments: [transferID, OutboxInstance.State.planned, OutboxInstance.Proof.outstanding, limit])
        }
    }

    func countAttempt(_ transferID: TransferID, _ position: Int) async throws -> Int {
        try await database.write { database in
            try Int.fetchOne(
                database, sql: "UPDATE instance SET attempts = attempts + 1 WHERE transferID = ? AND position = ? RETURNING attempts",
                arguments: [transferID, position]) ?? 1
        }
    }

    func forgetAttempts(_ transferID: TransferID) async throws {
        try await commits.commit { database in
            try database.execute(
                sql: "UPDATE instance SET attempts = 0 WHERE transferID = ? AND attempts > 0 AND (state = ? OR proof = ?)",
                arguments: [transferID, OutboxInstance.State.planned, OutboxInstance.Proof.outstanding])
        }
    }

    // MARK: Studies

    func opened(_ transferID: TransferID, acknowledgedBytes: [Int: Int]) async throws {
        try await commits.commit { database in
            try database.execute(
                sql: "UPDATE study SET attempts = attempts + 1, lastError = NULL WHERE transferID = ?", arguments: [transferID])
            for (position, bytes) in acknowledgedBytes {
                try database.execute(
                    sql: "UPDATE instance SET acknowledgedBytes = ? WHERE transferID = ? AND position = ?",
                    arguments: [bytes, transferID, position])
            }
        }
    }

    func failedAttempt(_ transferID: TransferID, because reason: String) async throws {
        try await commits.commit { database in
            try database.execute(sql: "UPDATE study SET lastError = ? WHERE transferID = ?", arguments: [reason, transferID])
        }
    }

    func close(_ transferID: TransferID, receipts: String?, at date: Date) async throws {
        try await commits.commit { database in
            let open = try OutboxInstance.filter(
                Column("transferID") == transferID && Column("state") != OutboxInstance.State.acknowledged
            ).fetchCount(database)
            try Self.close(transferID, as: open == 0 ? .delivered : .incomplete, receipts: receipts, at: date, database)
        }
    }

    func discard(_ transferID: TransferID, receipts: String?, at date: Date) async throws {
        try await database.write { database in
            try Self.close(transferID, as: .discarded, receipts: receipts, at: date, database)
            // Also files of which the receiver said that they failed for the moment: they are not tried again.
            try database.execute(
                sql: """
                    UPDATE instance SET state = ?, failure = ?, failureKind = ?, proof = NULL
                    WHERE transferID = ? AND (state IN (?, ?, ?) OR (state = ? AND failureKind = ?))
                    """,
                arguments: [
                    OutboxInstance.State.withdrawn, Outbox.discardedReason, FailureKind.temporary.rawValue, transferID,
                    OutboxInstance.State.planned, OutboxInstance.State.sealed, OutboxInstance.State.sending, OutboxInstance.State.failed,
                    FailureKind.temporary.rawValue,
                ])
        }
    }

    private static func close(
        _ transferID: TransferID, as state: OutboxStudy.State, receipts: String?, at date: Date, _ database: Database
    ) throws {
        var study = try queuedStudy(transferID, database)
        study.state = state
        study.closed = date
        study.receipts = receipts
        study.lastError = nil
        try study.update(database, columns: ["state", "closed", "receipts", "lastError"])
        try database.execute(sql: "UPDATE study SET studyKey = NULL, manifest = NULL WHERE transferID = ?", arguments: [transferID])
    }

    private static func queuedStudy(_ transferID: TransferID, _ database: Database) throws -> OutboxStudy {
        guard let study = try OutboxStudy.fetchOne(database, key: transferID) else {
            throw OutboxError(code: .unknownTransfer, description: "the outbox has no transfer \(transferID)")
        }
        guard !study.state.isClosed else {
            throw OutboxError(code: .illegalTransition, description: "the transfer \(transferID) is \(study.state.rawValue) already")
        }
        return study
    }

    func rebind(_ transferID: TransferID, to peer: TrustedPeer) async throws {
        try await database.write { database in
            var study = try Self.queuedStudy(transferID, database)
            study.peer = peer.fingerprint
            study.peerName = peer.name
            study.attempts = 0
            study.lastError = nil
            try study.update(database, columns: ["peer", "peerName", "attempts", "lastError"])
            for var row in try OutboxInstance.filter(Column("transferID") == transferID).fetchAll(database) {
                row.beginAnew()
                try row.update(database)
            }
        }
    }

    func rename(_ peer: TrustedPeer, from names: [PeerName]) async throws {
        try await database.write { database in
            _ = try OutboxStudy.filter(
                Column("state") == OutboxStudy.State.queued
                    && (Column("peer") == peer.fingerprint || names.contains(Column("peerName")))
            ).updateAll(database, Column("peerName").set(to: peer.name))
        }
    }
}
