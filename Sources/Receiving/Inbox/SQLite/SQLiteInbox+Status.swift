import Basics
import DICOM
import Foundation
import GRDB
import Protocol

extension SQLiteInbox {
    func figures() async throws -> InboxFigures {
        try await database.read { database in
            var figures = InboxFigures()
            for row in try Row.fetchAll(database, sql: "SELECT state, count(*) AS count, min(opened) AS oldest FROM study GROUP BY state") {
                switch StudyState(rawValue: row["state"]) {
                case .arriving:
                    figures.arrivingStudies = row["count"]
                    figures.oldestArriving = (row["oldest"] as Int64?).map(Timestamp.date(trusted:))
                case .complete: figures.completeStudies = row["count"]
                case .incomplete: figures.incompleteStudies = row["count"]
                case nil: throw ReceivingError.journalDamaged
                }
            }
            let open = try Row.fetchAll(
                database,
                sql: """
                    SELECT state, count(*) AS count, sum(ifnull(durable, 0)) AS bytes FROM instance
                    WHERE state IN ('awaited', 'arriving', 'arrived') GROUP BY state
                    """)
            for row in open {
                figures.instances[try InstanceState(rawValue: row["state"]).orDamaged()] = row["count"]
                figures.spooledBytes += row["bytes"] as Int
            }
            if let row = try Row.fetchOne(
                database, sql: "SELECT count(*) AS count, min(announced) AS oldest FROM study WHERE forwarding = 'waiting'")
            {
                figures.forwardingStudies = row["count"]
                figures.oldestForwarding = (row["oldest"] as Int64?).map(Timestamp.date(trusted:))
            }
            return figures
        }
    }

    /// Studies, newest first.
    ///
    /// - Parameter limit: how many of the finished ones; those that are under way are all listed.
    func studies(limit: Int) async throws -> [StudyStatus] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM study WHERE state = 'arriving' OR forwarding IN ('waiting', 'refused')
                    OR transfer IN (SELECT transfer FROM study WHERE state != 'arriving' ORDER BY finished DESC LIMIT ?)
                    ORDER BY opened DESC
                    """, arguments: [limit]
            ).map { try Self.status(database, $0) }
        }
    }

    static func status(_ database: Database, _ row: Row) throws -> StudyStatus {
        let transfer: String = row["transfer"]
        var instances: [InstanceState: Int] = [:]
        var (bytes, accepted, replaced) = (0, 0, 0)
        var folder: String?
        let counts = try Row.fetchAll(
            database,
            sql: """
                SELECT state, count(*) AS count, sum(ifnull(durable, 0)) AS bytes, count(accepted) AS accepted, count(replaced) AS replaced,
                    min(published) AS first, max(published) AS last
                FROM instance WHERE transfer = ? GROUP BY state
                """, arguments: [transfer])
        for count in counts {
            let state = try InstanceState(rawValue: count["state"]).orDamaged()
            instances[state] = count["count"]
            bytes += count["bytes"] as Int
            accepted += count["accepted"] as Int
            replaced += count["replaced"] as Int
            if state == .restored { folder = RestoredFolder.common(count["first"], count["last"]) }
        }
        return StudyStatus(
            transfer: try TransferID(hexadecimal: transfer).orDamaged(), studyUID: row["studyUID"], peer: row["peer"],
            sender: try Fingerprint(row["sender"] as String),
            heading: StudyHeading(text: row["heading"]), order: ClinicalOrder(text: row["clinicalOrder"]), folder: folder,
            state: try StudyState(rawValue: row["state"]).orDamaged(),
            opened: Timestamp.date(trusted: row["opened"]), finished: (row["finished"] as Int64?).map(Timestamp.date(trusted:)),
            discarded: (row["discarded"] as Int64?).map(Timestamp.date(trusted:)), instances: instances,
            accepted: accepted, replaced: replaced, spooledBytes: bytes,
            forwarding: (row["forwarding"] as String?).flatMap(ForwardingState.init(rawValue:)),
            forwardingAttempts: row["forwardingAttempts"], forwardingReason: row["forwardingReason"])
    }
}

extension SQLiteInbox {
    func answerable(_ transfer: TransferID) async throws -> AnswerableTransfer? {
        try await database.read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM study WHERE transfer = ?", arguments: [transfer.description])
            else { return nil }
            let paths = try String.fetchAll(
                database,
                sql: """
                    SELECT published FROM instance
                    WHERE transfer = ? AND (state = 'restored' OR accepted IS NOT NULL) AND replaced IS NULL AND published IS NOT NULL
                    ORDER BY position
                    """, arguments: [transfer.description])
            return AnswerableTransfer(
                status: try Self.status(database, row),
                manifestDigest: try (row["manifestDigest"] as Data?).flatMap { ContentDigest(bytes: $0) }.orDamaged(), paths: paths)
        }
    }

    func manifestText(of transfer: TransferID) async throws -> String? {
        try await database.read { database in
            try String.fetchOne(database, sql: "SELECT manifest FROM study WHERE transfer = ?", arguments: [transfer.description])
        }
    }
}
