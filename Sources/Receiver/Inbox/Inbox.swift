import CommandLineSupport
import Foundation
import GRDB
import Journal
import Protocol

/// The receiver's journal: what has arrived of which study, what became of it, what is still to be done.
///
/// Every method that changes something is one transaction, and returns when it is on the disk. What a row claims about a file is
/// always true by then: bytes are synced before their offset is written here, restored files before they are called restored.
/// Nothing else may change `inbox.sqlite` while it is open; ``InboxLock`` sees to that.
final class Inbox: Sendable {
    let database: DatabasePool

    /// Opens `inbox.sqlite` in the folder of this side's state; makes it where it is not there.
    init(state: URL) throws {
        try AtomicFile.makeDirectories(state.path, mode: 0o700)
        database = try JournalDatabase.open(at: Self.path(in: state), migrator: InboxSchema.migrator)
        // Study keys are overwritten when they are no longer needed, not just unlinked from their page.
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA secure_delete = ON") }
    }

    static func path(in state: URL) -> String { state.appending(path: "inbox.sqlite").path }

    // MARK: Arriving

    /// Enters a study that a sender opened, or recognises it.
    ///
    /// - Parameter key: the study key; `nil` while it has not come.
    /// - Returns: every instance of its manifest.
    /// - Throws: ``TransferConflict`` when another manifest came under this transfer's name.
    func open(_ manifest: Manifest, peer: String, key: [UInt8]?) async throws -> [InstanceRecord] {
        let text = try manifest.text()
        return try await database.write { database in
            if let known = try Row.fetchOne(
                database, sql: "SELECT sender, manifestDigest FROM study WHERE transfer = ?", arguments: [manifest.transferID.description])
            {
                guard known["sender"] == manifest.sender.description, known["manifestDigest"] == Data(manifest.digest.bytes) else {
                    throw TransferConflict()
                }
                try Self.setKey(database, manifest.transferID, key)
            } else {
                try Self.insert(database, manifest, text, peer, key)
            }
            return try Self.instances(database, of: manifest.transferID)
        }
    }

    private static func insert(_ database: Database, _ manifest: Manifest, _ text: String, _ peer: String, _ key: [UInt8]?) throws {
        let transfer = manifest.transferID.description
        try database.execute(
            sql: """
                INSERT INTO study (transfer, studyUID, sender, peer, manifest, manifestDigest, key, state, opened)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                transfer, manifest.studyUID.text, manifest.sender.description, peer, text, Data(manifest.digest.bytes),
                key.map { Data($0) }, StudyState.arriving.rawValue, JournalTime.now,
            ])
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO instance (transfer, position, path, byteCount, digest, state) VALUES (?, ?, ?, ?, ?, ?)")
        for (position, entry) in manifest.entries.enumerated() {
            try insertion.execute(arguments: [
                transfer, position, entry.path, Int(clamping: entry.byteCount), Data(entry.digest.bytes), InstanceState.awaited.rawValue,
            ])
        }
    }

    /// Remembers a study's key until its instances are settled.
    func setKey(_ key: [UInt8], of transfer: TransferID) async throws {
        try await database.write { try Self.setKey($0, transfer, key) }
    }

    private static func setKey(_ database: Database, _ transfer: TransferID, _ key: [UInt8]?) throws {
        guard let key else { return }
        // A finished study needs none, unless something of it comes again.
        try database.execute(
            sql: "UPDATE study SET key = ? WHERE transfer = ? AND state != ?",
            arguments: [Data(key), transfer.description, StudyState.complete.rawValue])
    }

    func instances(of transfer: TransferID) async throws -> [InstanceRecord] {
        try await database.read { try Self.instances($0, of: transfer) }
    }

    private static func instances(_ database: Database, of transfer: TransferID) throws -> [InstanceRecord] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM instance WHERE transfer = ? ORDER BY position", arguments: [transfer.description]
        ).map(InstanceRecord.init)
    }

    /// Commits how far instances have come; call it when their bytes are on the disk. Settled instances stay as they are.
    ///
    /// - Parameter parts: which instance, what is there of it, and whether that is all and is what was announced.
    func advance(_ parts: [(position: Int, part: InstanceRecord.StegoPart, isWhole: Bool)], of transfer: TransferID) async throws {
        try await database.write { database in
            let update = try database.cachedStatement(
                sql: """
                    UPDATE instance SET state = ?, stegoDigest = ?, stegoBytes = ?, segment = ?, start = ?, durable = ?
                    WHERE transfer = ? AND position = ? AND state IN ('awaited', 'arriving', 'withdrawn')
                    """)
            var hasAdvanced = false
            for (position, part, isWhole) in parts {
                let state = isWhole ? InstanceState.arrived : .arriving
                try update.execute(arguments: [
                    state.rawValue, Data(part.digest.bytes), part.byteCount, part.location.segment, part.location.start, part.durable,
                    transfer.description, position,
                ])
                hasAdvanced = hasAdvanced || database.changesCount > 0
            }
            if hasAdvanced { try Self.reopen(database, transfer) }
        }
    }

    /// Something of a study has come that had been withdrawn: it is not at its end yet.
    private static func reopen(_ database: Database, _ transfer: TransferID) throws {
        try database.execute(
            sql: "UPDATE study SET state = 'arriving', finished = NULL, announced = NULL WHERE transfer = ? AND state = 'incomplete'",
            arguments: [transfer.description])
    }

    /// Lets go of what came of an instance: it was damaged, or begins again.
    func reset(_ position: Int, of transfer: TransferID) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE instance SET state = 'awaited', stegoDigest = NULL, stegoBytes = NULL, segment = NULL, start = NULL, durable = NULL
                    WHERE transfer = ? AND position = ? AND state IN ('arriving', 'arrived')
                    """, arguments: [transfer.description, position])
        }
    }

    /// Notes that the sender cannot send an instance. Returns the study's end if that is it.
    func withdraw(_ position: Int, of transfer: TransferID, reason: String) async throws -> StudyState? {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE instance SET state = 'withdrawn', reason = ?
                    WHERE transfer = ? AND position = ? AND state IN ('awaited', 'arriving')
                    """,
                arguments: [reason, transfer.description, position])
            return try Self.finishIfSettled(database, transfer)
        }
    }

    // MARK: Settling

    /// Enters what became of instances, for good. Returns the studies that came to their end by it.
    func settle(_ settlements: [Settlement]) async throws -> [TransferID: StudyState] {
        try await database.write { database in
            for settlement in settlements { try Self.settle(database, settlement) }
            var finished: [TransferID: StudyState] = [:]
            for transfer in Set(settlements.map(\.transfer)) { finished[transfer] = try Self.finishIfSettled(database, transfer) }
            return finished
        }
    }

    private static func settle(_ database: Database, _ settlement: Settlement) throws {
        let wasWithdrawn = try Bool.fetchOne(
            database, sql: "SELECT state = 'withdrawn' FROM instance WHERE transfer = ? AND position = ?",
            arguments: [settlement.transfer.description, settlement.position])
        if wasWithdrawn == true { try reopen(database, settlement.transfer) }
        var state = InstanceState.failed
        var exactness: String?
        var digest: Data?
        var failure: InstanceFailure?
        switch settlement.result.outcome {
        case .restored(let restored, let exact): (state, exactness, digest) = (.restored, exact.rawValue, Data(restored.bytes))
        case .failed(let reason): failure = reason
        }
        let update = try database.cachedStatement(
            sql: """
                UPDATE instance SET state = ?, exactness = ?, restoredDigest = ?, failureCode = ?, reason = ?, settled = ?, published = ?,
                    sopInstanceUID = ?, stegoBytes = ifnull(?, stegoBytes), segment = NULL, start = NULL, durable = NULL
                WHERE transfer = ? AND position = ?
                """)
        try update.execute(arguments: [
            state.rawValue, exactness, digest, failure.map { Int64($0.code.rawValue) }, failure?.text,
            JournalTime.milliseconds(settlement.result.date), settlement.published, settlement.sopInstanceUID, settlement.stegoBytes,
            settlement.transfer.description, settlement.position,
        ])
    }

    /// Closes a study of which nothing more is expected, and lets go of its key.
    private static func finishIfSettled(_ database: Database, _ transfer: TransferID) throws -> StudyState? {
        let isOpen = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM instance WHERE transfer = ? AND state IN ('awaited', 'arriving', 'arrived'))",
            arguments: [transfer.description])
        guard isOpen == false else { return nil }
        let lacks = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM instance WHERE transfer = ? AND state != 'restored')",
            arguments: [transfer.description])
        let state = lacks == false ? StudyState.complete : .incomplete
        try database.execute(
            sql: "UPDATE study SET state = ?, finished = ?, key = NULL WHERE transfer = ? AND state = 'arriving'",
            arguments: [state.rawValue, JournalTime.now, transfer.description])
        return database.changesCount > 0 ? state : nil
    }

    // MARK: Going on after a restart

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

    /// What arrived and was not restored yet, oldest study first, of studies whose key is here.
    func unrestored() async throws -> [(instance: ArrivedInstance, key: [UInt8])] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT instance.*, study.studyUID, study.peer, study.key FROM instance JOIN study USING (transfer)
                    WHERE instance.state = 'arrived' AND study.key IS NOT NULL ORDER BY study.opened, transfer, position
                    """
            ).compactMap { row in
                let record = try InstanceRecord(row)
                guard let stego = record.stego, let transfer = TransferID(hexadecimal: row["transfer"]) else { return nil }
                let key: Data = row["key"]
                return (
                    ArrivedInstance(
                        transfer: transfer, studyUID: row["studyUID"], peer: row["peer"], position: record.position, path: record.path,
                        digest: record.digest, byteCount: record.byteCount, stegoBytes: stego.byteCount, location: stego.location),
                    Array(key)
                )
            }
        }
    }
}

/// The sender used the name of a transfer that is another one's.
struct TransferConflict: Error, CustomStringConvertible {
    let description = "this transfer is known with another sender or another manifest"
}
