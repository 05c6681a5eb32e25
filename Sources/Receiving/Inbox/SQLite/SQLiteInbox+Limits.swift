import Basics
import Foundation
import GRDB
import Protocol

extension SQLiteInbox {
    /// The room that incomplete studies take.
    private struct Use {
        /// Of the sender.
        var studies: Int
        var senderBytes: Int
        var bytes: Int

        init(_ database: Database, of sender: Fingerprint) throws {
            let open = "FROM study WHERE state != 'complete'"
            bytes = try Int.fetchOne(database, sql: "SELECT ifnull(sum(journalBytes), 0) \(open)") ?? 0
            senderBytes =
                try Int.fetchOne(
                    database, sql: "SELECT ifnull(sum(journalBytes), 0) \(open) AND sender = ?", arguments: [sender.description]) ?? 0
            studies =
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM study WHERE state = 'arriving' AND announced IS NULL AND sender = ?",
                    arguments: [sender.description]) ?? 0
        }

        /// The limit that stands in the way of a study of `more` bytes.
        func excess(with more: Int, _ limits: JournalLimits) -> ReceivingError? {
            if studies >= limits.studies { return .tooManyStudies(limits.studies) }
            if senderBytes > 0, senderBytes + more > limits.senderBytes { return .tooManyManifestBytes }
            return bytes > 0 && bytes + more > limits.bytes ? .tooManyManifestBytes : nil
        }
    }

    /// - Throws: ``ReceivingError`` where a new study of these many bytes exceeds a limit.
    static func checkLimits(_ database: Database, _ sender: Fingerprint, _ bytes: Int, _ limits: JournalLimits) throws {
        if let excess = try Use(database, of: sender).excess(with: bytes, limits) { throw excess }
    }

    /// A study that may be forgotten: it is known again by its manifest when its sender opens it, as if it were new.
    private struct Forgettable {
        let transfer: TransferID
        let isOwn: Bool
        let isArriving: Bool
        let bytes: Int
    }

    /// Nothing of it has come; or it has ended incomplete, which was told.
    private static let isForgettable = """
        ((state = 'incomplete' AND announced IS NOT NULL) OR (state = 'arriving'
            AND NOT EXISTS (SELECT 1 FROM instance WHERE instance.transfer = study.transfer AND instance.state != 'awaited')))
        """

    /// Makes room for a study that is new here, where there is too little: forgets other studies, oldest first, of which nothing has come
    /// or which ended incomplete. Its sender's own; others' only where all together are too large. Published files stay where they are.
    ///
    /// - Parameter isHeld: whether a session receives the study now. Asked inside of the transaction: whoever begins later finds it gone.
    /// - Returns: the studies that were forgotten.
    func makeRoom(
        for manifest: Manifest, limits: JournalLimits, unless isHeld: @escaping @Sendable (TransferID) -> Bool
    ) async throws -> [TransferID] {
        let more = JournalLimits.bytes(of: manifest)
        return try await database.write { database in
            guard try !Self.knows(database, manifest.transferID) else { return [] }
            var use = try Use(database, of: manifest.sender)
            guard use.excess(with: more, limits) != nil else { return [] }
            var forgotten: [TransferID] = []
            for study in try Self.forgettable(database, manifest.sender) where !isHeld(study.transfer) {
                guard let excess = use.excess(with: more, limits) else { break }
                if excess.code == .tooManyStudies, !study.isOwn || !study.isArriving { continue }
                if !study.isOwn, use.bytes + more <= limits.bytes { continue }
                try database.execute(
                    sql: "DELETE FROM study WHERE transfer = ? AND \(Self.isForgettable)", arguments: [study.transfer.description])
                forgotten.append(study.transfer)
                use.bytes -= study.bytes
                if study.isOwn { use.senderBytes -= study.bytes }
                if study.isOwn, study.isArriving { use.studies -= 1 }
            }
            return forgotten
        }
    }

    private static func forgettable(_ database: Database, _ sender: Fingerprint) throws -> [Forgettable] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT transfer, sender = ? AS isOwn, state = 'arriving' AS isArriving, journalBytes FROM study
                WHERE \(isForgettable) ORDER BY isOwn DESC, isArriving DESC, opened, rowid
                """, arguments: [sender.description]
        ).map { row in
            Forgettable(
                transfer: try TransferID(hexadecimal: row["transfer"]).orDamaged(), isOwn: row["isOwn"], isArriving: row["isArriving"],
                bytes: row["journalBytes"])
        }
    }
}
