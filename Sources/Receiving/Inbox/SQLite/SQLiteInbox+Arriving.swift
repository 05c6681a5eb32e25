import Basics
import Foundation
import GRDB
import Protocol
import StegoKit

/// What comes: studies that are opened, bytes that are on the disk, files that will not come.
extension SQLiteInbox {
    /// Enters a study that a sender opened, or recognises it. One that was discarded here is expected again: its sender has returned.
    ///
    /// - Parameters:
    ///   - key: the study key; `nil` while it has not come.
    ///   - codecs: what this session has agreed on; they replace an earlier one's.
    ///   - limits: for a study that is new; see ``makeRoom(for:limits:unless:)``.
    ///   - place: where the files of a study that is new belong.
    /// - Returns: its instances of which something is here; of a study that is new, none.
    /// - Throws: ``ReceivingError`` `.transferConflict` when another manifest came under this transfer's name; `.tooManyStudies` and `.tooManyManifestBytes`.
    func open(
        _ manifest: Manifest, peer: String, key: [UInt8]?, codecs: Set<StegoCodec>, limits: JournalLimits, place: StudyPlace?
    ) async throws -> [InstanceRecord] {
        let text = try manifest.text()
        let codecs = StegoCodec.names(of: codecs)
        return try await database.write { database in
            if let known = try Row.fetchOne(
                database, sql: "SELECT sender, manifestDigest FROM study WHERE transfer = ?", arguments: [manifest.transferID.description])
            {
                guard known["sender"] == manifest.sender.description, known["manifestDigest"] == Data(manifest.digest.bytes) else {
                    throw ReceivingError.transferConflict
                }
                try Self.takeBack(database, manifest.transferID)
                try Self.setKey(database, manifest.transferID, key)
                try database.execute(
                    sql: "UPDATE study SET codecs = ? WHERE transfer = ?", arguments: [codecs, manifest.transferID.description])
            } else {
                try Self.checkLimits(database, manifest.sender, JournalLimits.bytes(of: manifest), limits)
                try Self.insert(database, manifest, text, peer, key, codecs)
                if let place { try Self.give(place, to: manifest.transferID, database) }
            }
            return try Self.begun(database, of: manifest.transferID)
        }
    }

    /// Whether anything of a study is known.
    func knows(_ transfer: TransferID) async throws -> Bool {
        try await database.read { try Self.knows($0, transfer) }
    }

    static func knows(_ database: Database, _ transfer: TransferID) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM study WHERE transfer = ?)", arguments: [transfer.description]) == true
    }

    private static func insert(
        _ database: Database, _ manifest: Manifest, _ text: String, _ peer: String, _ key: [UInt8]?, _ codecs: String
    ) throws {
        let transfer = manifest.transferID.description
        try database.execute(
            sql: """
                INSERT INTO study (transfer, studyUID, sender, peer, manifest, manifestDigest, key, codecs, state, opened, journalBytes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                transfer, manifest.studyUID.text, manifest.sender.description, peer, text, Data(manifest.digest.bytes),
                key.map { Data($0) }, codecs, StudyState.arriving.rawValue, Timestamp.now,
                JournalLimits.bytes(of: manifest),
            ])
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO instance (transfer, position, path, byteCount, digest, state) VALUES (?, ?, ?, ?, ?, ?)")
        for (position, entry) in manifest.entries.enumerated() {
            try insertion.execute(arguments: [
                transfer, position, entry.path, Int(clamping: entry.byteCount), Data(entry.digest.bytes), InstanceState.awaited.rawValue,
            ])
        }
    }

    /// Remembers what the clinic asks of a study.
    func setOrder(_ order: ClinicalOrder, of transfer: TransferID) async throws {
        let text = try order.text()
        try await database.write { database in
            try database.execute(
                sql: "UPDATE study SET clinicalOrder = ? WHERE transfer = ? AND discarded IS NULL", arguments: [text, transfer.description])
        }
    }

    /// Remembers a study's key until its instances are committed.
    func setKey(_ key: [UInt8], of transfer: TransferID) async throws {
        try await database.write { try Self.setKey($0, transfer, key) }
    }

    private static func setKey(_ database: Database, _ transfer: TransferID, _ key: [UInt8]?) throws {
        guard let key else { return }
        // A complete study needs none. Something that an incomplete one lacks may come after all; when it does not, ``wipeKeys()``.
        try database.execute(
            sql: "UPDATE study SET key = ? WHERE transfer = ? AND state != ?",
            arguments: [Data(key), transfer.description, StudyState.complete.rawValue])
    }

    /// Lets go of a study's key when nothing is expected of the study: nothing came of it after all. Returns whether that is so.
    func wipeKeyIfOver(_ transfer: TransferID) async throws -> Bool {
        try await wipeKeys("transfer = ? AND state != 'arriving'", [transfer.description])
        return try await database.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM study WHERE transfer = ? AND state != 'arriving')",
                arguments: [transfer.description])
        } == true
    }

    /// Lets go of the keys of all studies of which nothing is expected: for the start, after a process that was killed.
    func wipeKeys() async throws {
        try await wipeKeys("state != 'arriving'", [])
    }

    private func wipeKeys(_ condition: String, _ arguments: StatementArguments) async throws {
        let isAny = try await database.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM study WHERE key IS NOT NULL AND \(condition))", arguments: arguments)
        }
        guard isAny == true else { return }
        try await database.write { database in
            try database.execute(sql: "UPDATE study SET key = NULL WHERE key IS NOT NULL AND \(condition)", arguments: arguments)
        }
        await overwriteTraces()
    }

    /// Instances of which something is here: those that have come to an end, and those that the spool has anything of.
    func begun(of transfer: TransferID) async throws -> [InstanceRecord] {
        try await database.read { try Self.begun($0, of: transfer) }
    }

    private static func begun(_ database: Database, of transfer: TransferID) throws -> [InstanceRecord] {
        try instances(database, of: transfer, "AND state NOT IN ('awaited', 'withdrawn')")
    }

    func instances(of transfer: TransferID) async throws -> [InstanceRecord] {
        try await database.read { try Self.instances($0, of: transfer) }
    }

    private static func instances(
        _ database: Database, of transfer: TransferID, _ condition: String = ""
    ) throws -> [InstanceRecord] {
        // Row by row: copies of all the rows of a large study are ten times what is made of them.
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM instance WHERE transfer = ? \(condition) ORDER BY position", arguments: [transfer.description])
        return try Array(rows.map { try InstanceRecord($0) })
    }

    /// Commits how far instances have come; call it when their bytes are on the disk. Committed instances stay as they are.
    ///
    /// - Parameter parts: which instance, what is there of it, and whether that is all and is what was announced.
    func advance(_ parts: [(position: Int, part: InstanceRecord.StegoPart, isWhole: Bool)], of transfer: TransferID) async throws {
        try await database.write { database in
            let update = try database.cachedStatement(
                sql: """
                    UPDATE instance SET state = ?, stegoDigest = ?, stegoBytes = ?, segment = ?, start = ?, durable = ?, attempts = ?
                    WHERE transfer = ? AND position = ? AND state IN ('awaited', 'arriving', 'withdrawn')
                    """)
            var hasAdvanced = false
            for (position, part, isWhole) in parts {
                let state = isWhole ? InstanceState.arrived : .arriving
                try update.execute(arguments: [
                    state.rawValue, Data(part.digest.bytes), part.byteCount, part.location.segment, part.location.start, part.durable,
                    // Restoring it begins when this is on the disk: its first attempt.
                    isWhole ? 1 : 0,
                    transfer.description, position,
                ])
                hasAdvanced = hasAdvanced || database.changesCount > 0
            }
            if hasAdvanced { try Self.reopen(database, transfer) }
        }
    }

    /// Something of a study has come that had been withdrawn: it is not at its end yet.
    static func reopen(_ database: Database, _ transfer: TransferID) throws {
        try database.execute(
            sql: "UPDATE study SET state = 'arriving', finished = NULL, announced = NULL WHERE transfer = ? AND state = 'incomplete'",
            arguments: [transfer.description])
    }

    /// Lets go of what came of an instance: it was damaged, or begins again.
    func reset(_ position: Int, of transfer: TransferID) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE instance SET state = 'awaited', stegoDigest = NULL, stegoBytes = NULL, segment = NULL, start = NULL, durable = NULL,
                        sopInstanceUID = NULL
                    WHERE transfer = ? AND position = ? AND state IN ('arriving', 'arrived')
                    """, arguments: [transfer.description, position])
        }
    }

    /// Lets go of an instance that the spool has lost.
    ///
    /// - Parameter location: where it should be. What has come to another place since, or was committed, stays as it is.
    /// - Returns: whether it is awaited again.
    func reset(_ position: Int, of transfer: TransferID, at location: SpoolLocation) async throws -> Bool {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE instance SET state = 'awaited', stegoDigest = NULL, stegoBytes = NULL, segment = NULL, start = NULL, durable = NULL,
                        sopInstanceUID = NULL
                    WHERE transfer = ? AND position = ? AND state IN ('arriving', 'arrived') AND segment = ? AND start = ?
                    """, arguments: [transfer.description, position, location.segment, location.start])
            return database.changesCount > 0
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
            return try Self.finishIfOver(database, transfer)
        }
    }
}
