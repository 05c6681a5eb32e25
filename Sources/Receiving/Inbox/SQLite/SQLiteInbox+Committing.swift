import Basics
import DICOM
import Foundation
import GRDB
import Protocol
import StegoKit

/// What becomes of it: instances that come to their end, and studies with them.
extension SQLiteInbox {
    /// Enters what became of instances, for good. An instance that has come to its end keeps that end, whatever is said of it later: its
    /// receipt may have been signed.
    func commit(_ commits: [InstanceCommit]) async throws -> CommitResult {
        try await database.write { database in
            var entered = CommitResult()
            for commit in commits { entered.results.append(try Self.commit(database, commit)) }
            try Self.setHeadings(database, commits)
            for transfer in Set(commits.map(\.transfer)) {
                entered.finished[transfer] = try Self.finishIfOver(database, transfer)
            }
            return entered
        }
    }

    /// Remembers what people call the studies, from the first file of each that says so.
    private static func setHeadings(_ database: Database, _ commits: [InstanceCommit]) throws {
        var headings: [TransferID: StudyHeading] = [:]
        for commit in commits where headings[commit.transfer] == nil { headings[commit.transfer] = commit.heading }
        for (transfer, heading) in headings {
            try database.execute(
                sql: "UPDATE study SET heading = ? WHERE transfer = ? AND heading IS NULL",
                arguments: [heading.text(), transfer.description])
        }
    }

    private static func commit(_ database: Database, _ commit: InstanceCommit) throws -> CommittedOutcome {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM instance WHERE transfer = ? AND position = ?",
            arguments: [commit.transfer.description, commit.position]
        ).orDamaged()
        let record = try InstanceRecord(row)
        if let outcome = record.outcome { return outcome }
        if record.state == .withdrawn { try reopen(database, commit.transfer) }
        var state = InstanceState.failed
        var exactness: String?
        var digest: Data?
        var failure: InstanceFailure?
        switch commit.result.outcome {
        case .restored(let restored, let exact): (state, exactness, digest) = (.restored, exact.rawValue, Data(restored.bytes))
        case .failed(let reason):
            failure = reason
            if case .restored(let restored, let exact) = commit.setAside {
                (exactness, digest) = (exact.rawValue, Data(restored.bytes))
            }
        }
        let update = try database.cachedStatement(
            sql: """
                UPDATE instance SET state = ?, exactness = ?, restoredDigest = ?, failureCode = ?, reason = ?, settled = ?, published = ?,
                    sopInstanceUID = ?, stegoBytes = ifnull(?, stegoBytes), segment = NULL, start = NULL, durable = NULL
                WHERE transfer = ? AND position = ? AND state NOT IN ('restored', 'failed')
                """)
        try update.execute(arguments: [
            state.rawValue, exactness, digest, failure.map { Int64($0.code.rawValue) }, failure?.text,
            Timestamp.milliseconds(commit.result.date), commit.published, commit.sopInstanceUID, commit.stegoBytes,
            commit.transfer.description, commit.position,
        ])
        return commit.result
    }

    /// Closes a study of which nothing more is expected, and lets go of its key.
    static func finishIfOver(_ database: Database, _ transfer: TransferID) throws -> StudyState? {
        let isOpen = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM instance WHERE transfer = ? AND state IN ('awaited', 'arriving', 'arrived'))",
            arguments: [transfer.description])
        guard isOpen == false else { return nil }
        let lacks = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM instance WHERE transfer = ? AND state != 'restored')",
            arguments: [transfer.description])
        let state = lacks == false ? StudyState.complete : .incomplete
        try database.execute(
            sql: "UPDATE study SET state = ?, finished = ?, announced = NULL, key = NULL WHERE transfer = ? AND state = 'arriving'",
            arguments: [state.rawValue, Timestamp.now, transfer.description])
        return database.changesCount > 0 ? state : nil
    }

    // MARK: Going on after a restart

    /// Counts an attempt for everything that arrived and can be restored: one of them may be what ended the program before this one.
    ///
    /// - Parameter limit: further attempts are not counted for all, but for each by itself (``countAttempt(at:of:)``).
    func countAttempts(upTo limit: Int) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE instance SET attempts = attempts + 1
                    WHERE state = 'arrived' AND attempts <= ? AND transfer IN (SELECT transfer FROM study WHERE key IS NOT NULL)
                    """, arguments: [limit])
        }
    }

    /// Counts an attempt for one instance that is about to be restored while nothing else is.
    func countAttempt(at position: Int, of transfer: TransferID) async throws {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE instance SET attempts = attempts + 1 WHERE transfer = ? AND position = ? AND state = 'arrived'",
                arguments: [transfer.description, position])
        }
    }

    /// The program ends in order: nothing that arrived was the reason.
    func forgetAttempts() async throws {
        try await database.write { database in
            try database.execute(sql: "UPDATE instance SET attempts = 0 WHERE state = 'arrived' AND attempts > 0")
        }
    }

    /// Segments of the spool that still hold something of a study.
    func segmentsInUse(of transfer: TransferID) async throws -> Set<Int> {
        try await database.read { database in
            try Set(
                Int.fetchAll(
                    database,
                    sql: "SELECT DISTINCT segment FROM instance WHERE transfer = ? AND state IN ('arriving', 'arrived')",
                    arguments: [transfer.description]))
        }
    }

    /// The instances that arrived and were not restored yet, of studies whose key is here; least attempts first, then oldest study first.
    func unrestored() async throws -> [(instance: ArrivedInstance, key: [UInt8])] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT instance.*, study.studyUID, study.peer, study.sender, study.key, study.codecs, study.place
                    FROM instance JOIN study USING (transfer)
                    WHERE instance.state = 'arrived' AND study.key IS NOT NULL
                    ORDER BY instance.attempts, study.opened, transfer, position
                    """
            ).compactMap { row in
                let record = try InstanceRecord(row)
                guard let stego = record.stego, let transfer = TransferID(hexadecimal: row["transfer"]) else { return nil }
                let key: Data = row["key"]
                return (
                    ArrivedInstance(
                        transfer: transfer, studyUID: row["studyUID"], peer: row["peer"], sender: try Fingerprint(row["sender"] as String),
                        position: record.position, path: record.path, digest: record.digest, byteCount: record.byteCount,
                        stegoBytes: stego.byteCount, stegoDigest: stego.digest,
                        location: stego.location, codecs: StegoCodec.named(row["codecs"]), place: row["place"], attempts: row["attempts"]),
                    Array(key)
                )
            }
        }
    }
}
