import Basics
import Concurrency
import Crypto
import Files
import Foundation
import GRDB
import Journal
import Protocol

/// What this side has still to deliver, kept so that neither a killed process nor a power cut loses any of it.
///
/// ```
/// <state>/outbox.sqlite             the journal
/// <state>/outbox/<transfer>/        sealed files, until they are receipted
/// <state>/outbox/<transfer>.lock    held by whoever delivers the transfer
/// ```
///
/// Each call that changes something returns when the change is on the disk. Several processes may use one outbox.
package struct Outbox: Sendable {
    package let folder: String
    let database: DatabasePool
    private let commits: GroupCommit
    package let pool = WorkerPool(label: "veilray.outbox", width: 1)

    /// Opens the outbox of a home; blocks, so call it on a worker thread where others wait.
    package init(home: Home) throws {
        try AtomicFile.makeDirectories(home.state.path, mode: 0o700)
        folder = home.state.appending(path: "outbox").path
        database = try JournalDatabase.open(at: Self.path(in: home), migrator: OutboxSchema.migrator)
        commits = GroupCommit(database)
    }

    /// Opens the outbox only to read it; `nil` where there is none. Makes nothing.
    package init?(reading home: Home) throws {
        guard Self.isThere(in: home) else { return nil }
        folder = home.state.appending(path: "outbox").path
        database = try JournalDatabase.openReading(
            at: Self.path(in: home), migrator: OutboxSchema.migrator, updatedBy: "veilray-send deliver --once")
        commits = GroupCommit(database)
    }

    private static func path(in home: Home) -> String { home.state.appending(path: "outbox.sqlite").path }

    /// Whether anything was ever put into the outbox of a home.
    package static func isThere(in home: Home) -> Bool { access(path(in: home), F_OK) == 0 }

    func spool(_ transferID: String) -> OutboxSpool { OutboxSpool(path: "\(folder)/\(transferID)") }

    // MARK: Taking studies in

    /// What became of a study that was to be taken in.
    package enum Enqueued: Sendable {
        /// It is new; whoever took it in holds its lock and may deliver it at once.
        case new(OutboxStudy, FileLock)
        /// The same study waits for the same receiver already.
        case joined(OutboxStudy)

        package var study: OutboxStudy {
            switch self {
            case .new(let study, _), .joined(let study): study
            }
        }
    }

    /// Another process that cleans up may hold the lock of a transfer that is not in the journal yet, for as long as it looks.
    func lockOfNew(_ transferID: String) async throws -> FileLock {
        for _ in 0..<500 {
            if let lock = try await lock(transferID) { return lock }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw OutboxError(code: .illegalTransition, description: "another process holds the lock of the new transfer \(transferID)")
    }

    /// Takes a study in: signs its manifest, makes its key, and writes both and all its files' rows in one transaction.
    ///
    /// The same files for the same receiver join the transfer that is queued already, which becomes urgent if this one is, and goes to
    /// this one's address if it has one.
    /// - Throws: ``ProtocolError`` `manifestInvalid`, `FileError`, `DatabaseError`.
    package func enqueue(_ order: StudyOrder, signedBy identity: Identity) async throws -> Enqueued {
        let content = order.contentDigest
        if let known = try await join(content, order) { return .joined(known) }
        let (study, instances) = try order.rows(content: content, signedBy: identity)
        // Before anybody can know of it: no other process is to begin with it.
        let lock = try await lockOfNew(study.transferID)
        let joined = try await database.write { database -> OutboxStudy? in
            // Another process may have come first since.
            if let known = try Self.queued(content, order, database) { return known }
            try study.insert(database)
            for instance in instances { try instance.insert(database) }
            return nil
        }
        guard let joined else { return .new(study, lock) }
        try await pool.run { lock.remove() }
        return .joined(joined)
    }

    private func join(_ content: String, _ order: StudyOrder) async throws -> OutboxStudy? {
        try await database.write { try Self.queued(content, order, $0) }
    }

    private static func queued(_ content: String, _ order: StudyOrder, _ database: Database) throws -> OutboxStudy? {
        let peer = order.peer.fingerprint.description
        let known = OutboxStudy.filter(
            Column("contentDigest") == content && Column("peer") == peer && Column("source") == order.source
                && Column("state") == OutboxStudy.State.queued)
        guard var study = try known.fetchOne(database) else { return nil }
        study.priority = min(order.priority, study.priority)
        study.address = order.address?.description ?? study.address
        try study.update(database, columns: ["priority", "address"])
        return study
    }

    // MARK: Looking

    /// Studies that are not closed: urgent ones first, then the oldest.
    func queuedStudies() async throws -> [QueuedStudy] {
        try await database.read { database in
            try QueuedStudy.fetchAll(
                database,
                sql: """
                    SELECT transferID, studyUID, priority, source, created FROM study WHERE state = ?
                    ORDER BY priority = ? DESC, created
                    """, arguments: [OutboxStudy.State.queued, Priority.stat])
        }
    }

    /// What may change of a study while it is delivered; `nil` when there is no such study.
    func directions(of transferID: String) async throws -> DeliveryDirections? {
        try await database.read { database in
            try DeliveryDirections.fetchOne(
                database, sql: "SELECT priority, address FROM study WHERE transferID = ?", arguments: [transferID])
        }
    }

    package func study(_ transferID: String) async throws -> OutboxStudy? {
        try await database.read { try OutboxStudy.fetchOne($0, key: transferID) }
    }

    /// In the order of the manifest.
    package func instances(of transferID: String) async throws -> [OutboxInstance] {
        try await database.read { database in
            try OutboxInstance.filter(Column("transferID") == transferID).order(Column("position")).fetchAll(database)
        }
    }

    // MARK: Locks

    func lockPath(_ transferID: String) -> String { "\(folder)/\(transferID).lock" }

    /// Held shared while an urgent study is being sent, by any process.
    var urgencyLockPath: String { "\(folder)/stat.lock" }

    /// The right to deliver a transfer; `nil` where another process has it.
    package func lock(_ transferID: String) async throws -> FileLock? {
        try await pool.run { [path = lockPath(transferID)] in try FileLock.take(path) }
    }

    /// Whether some process delivers a transfer.
    func isBeingDelivered(_ transferID: String) async throws -> Bool {
        try await pool.run { [path = lockPath(transferID)] in try FileLock.isTaken(path) }
    }

    // MARK: Instances

    /// Makes a change along with others'; returns when it is on the disk.
    func commit(_ change: @escaping @Sendable (Database) throws -> Void) async throws { try await commits.commit(change) }

    /// Makes one transition of several files of a transfer, all in one transaction. Files whose states it passes over stay as they are.
    ///
    /// - Throws: ``OutboxError`` for a file that is not there or whose state the transition does not leave; `DatabaseError`. Nothing is
    ///   changed then.
    func make(_ transition: InstanceTransition, of transferID: String, _ positions: [Int]) async throws {
        try await commits.commit { database in
            for position in positions {
                guard var row = try OutboxInstance.fetchOne(database, key: ["transferID": transferID, "position": position]) else {
                    throw OutboxError(code: .unknownTransfer, description: "the outbox has no file \(position) of the transfer \(transferID)")
                }
                if try row.make(transition) { try row.update(database) }
            }
        }
    }

    // MARK: Studies

    /// A connection was made, and the receiver has said what it has: bytes by position.
    func opened(_ transferID: String, acknowledgedBytes: [Int: Int]) async throws {
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

    func failedAttempt(_ transferID: String, because reason: String) async throws {
        try await commits.commit { database in
            try database.execute(sql: "UPDATE study SET lastError = ? WHERE transferID = ?", arguments: [reason, transferID])
        }
    }

    /// The study's receipt has come and everything signed is in a file of its own: the transfer's key and sealed files go.
    ///
    /// - Parameter receipts: that file.
    func close(_ transferID: String, receipts: String?, at date: Date = Date()) async throws {
        try await commits.commit { database in
            let open = try OutboxInstance.filter(Column("transferID") == transferID)
                .filter(Column("state") != OutboxInstance.State.acknowledged).fetchCount(database)
            guard var study = try OutboxStudy.fetchOne(database, key: transferID) else {
                throw OutboxError(code: .unknownTransfer, description: "the outbox has no transfer \(transferID)")
            }
            study.state = open == 0 ? .delivered : .incomplete
            study.closed = date
            study.receipts = receipts
            study.lastError = nil
            try study.update(database)
            try database.execute(sql: "UPDATE study SET studyKey = NULL, manifest = NULL WHERE transferID = ?", arguments: [transferID])
        }
        try await remove(spool(transferID))
    }

    func remove(_ spool: OutboxSpool) async throws {
        try await pool.run { spool.remove() }
    }

    // MARK: Terms

    func terms(of peer: Fingerprint) async throws -> SealingTerms? {
        try await database.read { try SealingTerms.Row.fetchOne($0, key: peer.description)?.terms }
    }

    func remember(_ terms: SealingTerms, of peer: Fingerprint) async throws {
        let row = SealingTerms.Row(peer: peer.description, terms)
        try await commits.commit { try row.save($0) }
    }
}
