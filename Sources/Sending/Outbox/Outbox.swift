import Basics
import Concurrency
import Files
import Foundation
import Protocol

/// The studies that this side has still to deliver, kept so that neither a killed process nor a power cut loses any of them.
///
/// ```
/// <state>/outbox.sqlite             the journal
/// <state>/outbox/<transfer>/        sealed files, until they are receipted
/// <state>/outbox/<transfer>.lock    held by the process that delivers the transfer
/// ```
///
/// Each call that changes something returns when the change is on the disk. Several processes may use one outbox.
package struct Outbox: Sendable {
    /// The reason that a discarded file's row and the file beside it in a watched folder give.
    static let discardedReason = "discarded"

    package let folder: String
    let journal: any OutboxJournal
    package let pool = WorkerPool(label: "veilray.outbox", width: 1)
    /// Posted when this process has put a study or an instance of a modality in, or has seen a study's end; and when another process has
    /// written into the journal, while ``OutboxDrain/forever()`` runs.
    let news = ChangeNotice()

    init(folder: String, journal: any OutboxJournal) {
        self.folder = folder
        self.journal = journal
    }

    func spool(_ transferID: TransferID) -> OutboxSpool { OutboxSpool(path: "\(folder)/\(transferID)") }

    // MARK: Taking studies in

    /// The result of taking a study in.
    package enum Enqueued: Sendable {
        /// It is new; its process holds its lock and may deliver it at once.
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
    func lockOfNew(_ transferID: TransferID) async throws -> FileLock {
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
    /// - Throws: ``ProtocolError`` `manifestInvalid`, `FileError`; what the journal throws.
    package func enqueue(_ order: StudyOrder, signedBy identity: Identity) async throws -> Enqueued {
        let content = order.contentDigest
        if let known = try await journal.join(order.joining(content)) { return .joined(known) }
        let (study, instances) = try order.rows(content: content, signedBy: identity)
        // Before any process can know of it: no other one is to begin with it.
        let lock = try await lockOfNew(study.transferID)
        // Another process may have come first since.
        guard let joined = try await journal.insert(study, instances) else { return .new(study, lock) }
        try await pool.run { lock.remove() }
        return .joined(joined)
    }

    // MARK: Looking

    package func study(_ transferID: TransferID) async throws -> OutboxStudy? { try await journal.study(transferID) }

    /// In the order of the manifest.
    package func instances(of transferID: TransferID) async throws -> [OutboxInstance] { try await journal.instances(of: transferID) }

    /// When the answers are needed to the studies of which that was said, discarded ones left out; of the last three months.
    package func dueTimes() async throws -> [TransferID: Date] { try await journal.dueTimes() }

    // MARK: Locks

    private func lockPath(_ transferID: TransferID) -> String { "\(folder)/\(transferID).lock" }

    /// Held shared while an urgent study is being sent, by any process.
    var urgencyLockPath: String { "\(folder)/stat.lock" }

    /// The right to deliver a transfer; `nil` where another process has it.
    package func lock(_ transferID: TransferID) async throws -> FileLock? {
        try await pool.run { [path = lockPath(transferID)] in try FileLock.take(path) }
    }

    /// Whether some process delivers a transfer.
    func isBeingDelivered(_ transferID: TransferID) async throws -> Bool {
        try await pool.run { [path = lockPath(transferID)] in try FileLock.isTaken(path) }
    }

    // MARK: The end of a study

    /// The study's receipt has come and everything signed is in a file of its own: the transfer's key and sealed files go.
    ///
    /// - Parameter receipts: that file.
    /// - Throws: ``OutboxError``, when there is no such transfer or when it is closed; what the journal throws.
    func close(_ transferID: TransferID, receipts: String?, at date: Date = Date()) async throws {
        try await journal.close(transferID, receipts: receipts, at: date)
        news.post()
        try await removeSpool(of: transferID)
    }

    /// Ends a queued study without delivering the rest of it: its key and manifest go in the transaction that closes it, then its sealed
    /// files. Call it with the transfer's lock held.
    ///
    /// Files that are receipted stay so, also those that the receiver could not restore for good; everything else counts as withdrawn.
    /// - Parameter receipts: the file with the receipts that had come; `nil` when there are none.
    /// - Throws: ``OutboxError``, when there is no such transfer or when it is closed; what the journal throws.
    package func discard(_ transferID: TransferID, receipts: String?, at date: Date = Date()) async throws {
        try await journal.discard(transferID, receipts: receipts, at: date)
        try await removeSpool(of: transferID)
    }

    func removeSpool(of transferID: TransferID) async throws {
        try await pool.run { [spool = spool(transferID)] in spool.remove() }
    }

    // MARK: Links

    /// Where the last study to a receiver went; `nil` where its card's address counted, and where nothing has gone there.
    package func lastAddress(of peer: Fingerprint) async throws -> PeerAddress? { try await journal.lastAddress(of: peer) }

    /// How long a rate is believed.
    private static let linkMemory: TimeInterval = 86_400

    /// The rate of the link to an address in bytes a second, measured within the last day.
    func bytesPerSecond(to address: PeerAddress, now: Date = Date()) async throws -> Double? {
        guard let link = try await journal.link(to: address) else { return nil }
        return abs(now.timeIntervalSince(link.measured)) < Self.linkMemory ? link.bytesPerSecond : nil
    }
}

extension StudyOrder {
    /// - Parameter content: ``contentDigest``.
    func joining(_ content: ContentDigest) -> OutboxJoining {
        OutboxJoining(
            contentDigest: content, peer: peer.fingerprint, source: source, priority: priority, address: address)
    }
}
