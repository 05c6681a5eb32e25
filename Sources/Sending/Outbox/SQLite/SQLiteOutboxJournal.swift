import Concurrency
import Files
import Foundation
import GRDB
import Journal
import Protocol

/// The outbox's journal in an SQLite database: ``OutboxSchema``.
struct SQLiteOutboxJournal: OutboxJournal {
    let database: DatabasePool
    /// Gathers changes that come close together into one transaction.
    let commits: GroupCommit

    /// Opens the journal, makes it first where there is none, and brings its tables up to date. Blocks.
    ///
    /// - Throws: `JournalError`.
    init(at path: String) throws {
        self.init(try JournalDatabase.open(at: path, migrator: OutboxSchema.migrator))
    }

    /// Opens a journal that is there, only to read it.
    ///
    /// - Throws: `JournalError`.
    init(reading path: String) throws {
        self.init(
            try JournalDatabase.openReading(at: path, migrator: OutboxSchema.migrator, updatedBy: "veilray-send deliver --once"))
    }

    private init(_ database: DatabasePool) {
        self.database = database
        commits = GroupCommit(database)
    }

    // MARK: Taking studies in

    func join(_ order: OutboxJoining) async throws -> OutboxStudy? {
        try await database.write { try Self.joined(by: order, $0) }
    }

    func insert(_ study: OutboxStudy, _ instances: [OutboxInstance]) async throws -> OutboxStudy? {
        try await database.write { database in
            if let known = try Self.joined(by: OutboxJoining(study), database) { return known }
            try study.insert(database)
            for instance in instances { try instance.insert(database) }
            return nil
        }
    }

    private static func joined(by order: OutboxJoining, _ database: Database) throws -> OutboxStudy? {
        let known = queued.filter(
            Column("contentDigest") == order.contentDigest && Column("peer") == order.peer && Column("source") == order.source)
        guard var study = try known.fetchOne(database) else { return nil }
        study.priority = min(order.priority, study.priority)
        study.address = order.address ?? study.address
        try study.update(database, columns: ["priority", "address"])
        return study
    }

    // MARK: Looking

    private static var queued: QueryInterfaceRequest<OutboxStudy> {
        OutboxStudy.filter(Column("state") == OutboxStudy.State.queued)
    }

    func study(_ transferID: TransferID) async throws -> OutboxStudy? {
        try await database.read { try OutboxStudy.fetchOne($0, key: transferID) }
    }

    func instances(of transferID: TransferID) async throws -> [OutboxInstance] {
        try await database.read { database in
            try OutboxInstance.filter(Column("transferID") == transferID).order(Column("position")).fetchAll(database)
        }
    }

    func transferIDs() async throws -> [TransferID] {
        try await database.read { try TransferID.fetchAll($0, sql: "SELECT transferID FROM study ORDER BY created") }
    }

    func queuedStudies() async throws -> [QueuedStudy] {
        try await database.read { database in
            try QueuedStudy.fetchAll(
                database,
                sql: """
                    SELECT transferID, studyUID, peer, priority, source, created FROM study WHERE state = ?
                    ORDER BY priority = ? DESC, created
                    """, arguments: [OutboxStudy.State.queued, Priority.stat])
        }
    }

    func directions(of transferID: TransferID) async throws -> DeliveryDirections? {
        try await database.read { database in
            try DeliveryDirections.fetchOne(
                database, sql: "SELECT priority, address FROM study WHERE transferID = ?", arguments: [transferID])
        }
    }

    func dueTimes() async throws -> [TransferID: Date] {
        try await database.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT transferID, due FROM study WHERE due IS NOT NULL AND state <> ?",
                arguments: [OutboxStudy.State.discarded])
            return Dictionary(rows.map { ($0["transferID"], $0["due"]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    func studies(under name: PeerName, besides fingerprint: Fingerprint) async throws -> [OutboxStudy] {
        try await database.read { database in
            try Self.queued.filter(Column("peerName") == name && Column("peer") != fingerprint)
                .order(Column("created")).fetchAll(database)
        }
    }

    func studies(for peer: Fingerprint) async throws -> [OutboxStudy] {
        try await database.read { database in
            try Self.queued.filter(Column("peer") == peer).order(Column("created")).fetchAll(database)
        }
    }

    func summary(closedSince date: Date) async throws -> (studies: [OutboxStudy], sums: [OutboxStateSum]) {
        try await database.read { database in
            let studies = try OutboxStudy.filter(Column("state") == OutboxStudy.State.queued || Column("closed") >= date)
                .order(Column("created")).fetchAll(database)
            let sums = try OutboxStateSum.fetchAll(
                database,
                sql: """
                    SELECT transferID, state, COUNT(*) AS files, SUM(originalBytes) AS originalBytes,
                    SUM(COALESCE(sealedBytes, 0)) AS stegoBytes, SUM(acknowledgedBytes) AS acknowledgedBytes
                    FROM instance WHERE transferID IN (SELECT transferID FROM study WHERE state = ? OR closed >= ?)
                    GROUP BY transferID, state
                    """, arguments: [OutboxStudy.State.queued, date])
            return (studies, sums)
        }
    }

    func depth() async throws -> OutboxDepth {
        try await database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT instance.state AS state, COUNT(*) AS files, SUM(originalBytes) AS bytes FROM instance
                    JOIN study USING (transferID) WHERE study.state = ? GROUP BY instance.state
                    """, arguments: [OutboxStudy.State.queued])
            var depth = OutboxDepth()
            for row in rows {
                guard let state = OutboxInstance.State(rawValue: row["state"]) else { continue }
                depth.files[state] = row["files"]
                if [.planned, .sealed, .sending].contains(state) { depth.originalBytes += row["bytes"] as Int }
            }
            return depth
        }
    }
}
