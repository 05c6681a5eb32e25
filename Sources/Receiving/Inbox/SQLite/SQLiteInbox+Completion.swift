import Basics
import DICOM
import Foundation
import GRDB
import Protocol

extension SQLiteInbox {
    /// Instances of a study whose very originals its sender had delivered before, with the places where the files were published.
    ///
    /// Only the same sender's: to another one "you need not send it" would tell that the file is here.
    func knownInstances(of transfer: TransferID) async throws -> [KnownInstance] {
        try await database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT new.position, new.path AS name, old.published, old.exactness, old.restoredDigest, old.sopInstanceUID,
                        oldStudy.heading
                    FROM instance AS new
                    JOIN study AS newStudy ON newStudy.transfer = new.transfer
                    JOIN instance AS old ON old.digest = new.digest AND (old.state = 'restored' OR old.accepted IS NOT NULL)
                        AND old.replaced IS NULL AND old.transfer != new.transfer
                    JOIN study AS oldStudy ON oldStudy.transfer = old.transfer AND oldStudy.sender = newStudy.sender
                    WHERE new.transfer = ? AND new.state = 'awaited' AND old.published IS NOT NULL
                    ORDER BY new.position, old.path = new.path
                    """, arguments: [transfer.description])
            // Of several places of one original the last counts: the one under the same name, where there is one.
            var known: [Int: KnownInstance] = [:]
            for row in rows {
                let digest = try (row["restoredDigest"] as Data?).flatMap { ContentDigest(bytes: $0) }.orDamaged()
                let exactness = try InstanceOutcome.Exactness(rawValue: row["exactness"]).orDamaged()
                let instance = KnownInstance(
                    position: row["position"], name: row["name"], path: row["published"],
                    outcome: .restored(digest: digest, exactness: exactness), digest: digest, sopInstanceUID: row["sopInstanceUID"],
                    heading: StudyHeading(text: row["heading"]))
                known[instance.position] = instance
            }
            return known.values.sorted { $0.position < $1.position }
        }
    }

    // MARK: Announcing

    /// Studies that have come to their end and were not announced: the work that a killed process left.
    func unreported() async throws -> [TransferID] {
        try await database.read { database in
            try String.fetchAll(
                database, sql: "SELECT transfer FROM study WHERE announced IS NULL AND state != 'arriving' ORDER BY finished"
            ).compactMap(TransferID.init(hexadecimal:))
        }
    }

    /// A study that has come to its end; `nil` while it has not, and when it was announced.
    func finishedStudy(_ transfer: TransferID) async throws -> FinishedStudy? {
        try await database.read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM study WHERE transfer = ? AND announced IS NULL AND state != 'arriving'",
                    arguments: [transfer.description]),
                let state = StudyState(rawValue: row["state"])
            else { return nil }
            let instances = try Row.fetchAll(
                database,
                sql: """
                    SELECT position, published, restoredDigest, replaced FROM instance
                    WHERE transfer = ? AND state = 'restored' AND published IS NOT NULL ORDER BY position
                    """, arguments: [transfer.description]
            ).map { row in
                let digest = try (row["restoredDigest"] as Data?).flatMap { ContentDigest(bytes: $0) }.orDamaged()
                let current = try (row["replaced"] as Data?).map { try ContentDigest(bytes: $0).orDamaged() }
                return PublishedInstance(
                    position: row["position"], path: row["published"], digest: current ?? digest,
                    replaces: current == nil ? nil : digest)
            }
            func count(_ state: InstanceState) throws -> Int {
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM instance WHERE transfer = ? AND state = ?",
                    arguments: [transfer.description, state.rawValue]) ?? 0
            }
            return FinishedStudy(
                transfer: transfer, studyUID: row["studyUID"], peer: row["peer"], sender: row["sender"], state: state,
                finished: Timestamp.date(trusted: row["finished"]), instances: instances, failed: try count(.failed),
                withdrawn: try count(.withdrawn), heading: StudyHeading(text: row["heading"]),
                order: ClinicalOrder(text: row["clinicalOrder"]))
        }
    }

    /// Notes that a study was announced.
    ///
    /// - Parameters:
    ///   - study: as it was told. It may have been opened again meanwhile, and ended in another way: then that is still to be told.
    ///   - moved: where files are now, by position, that were elsewhere before.
    ///   - forwards: whether the study is to be forwarded.
    /// - Returns: whether the study was still as it was told.
    func reported(_ study: FinishedStudy, moved: [Int: String], forwards: Bool) async throws -> Bool {
        try await database.write { database in
            for (position, path) in moved {
                try database.execute(
                    sql: "UPDATE instance SET published = ? WHERE transfer = ? AND position = ? AND state = 'restored'",
                    arguments: [path, study.transfer.description, position])
            }
            try database.execute(
                sql: """
                    UPDATE study SET announced = ?, forwarding = ? WHERE transfer = ? AND state = ? AND finished = ? AND announced IS NULL
                    """,
                arguments: [
                    Timestamp.now, forwards ? ForwardingState.waiting.rawValue : nil, study.transfer.description, study.state.rawValue,
                    Timestamp.milliseconds(study.finished),
                ])
            return database.changesCount > 0
        }
    }
}

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
    /// Instances that the sender itself had withdrawn it withdraws again.
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
