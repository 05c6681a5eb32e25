import Basics
import Concurrency
import Files
import Protocol

/// Moves queued studies to the new identity of their receiver, one by one, after a person has confirmed that it is the same receiver.
struct StudyRebinding: Sendable {
    /// For how long another process's attempt is waited for. A service holds a study that it cannot deliver for a few seconds only.
    private static let patience = Duration.seconds(10)
    private static let interval = Duration.milliseconds(100)

    let outbox: Outbox
    let archive: ReceiptArchive
    let pool: WorkerPool
    /// The longest wait for a study that another process delivers.
    var patience = Self.patience
    var clock: any MonotonicClock = ContinuousClock()

    /// What became of the studies.
    struct Result: Sendable, Equatable {
        /// Transfers that go to the new identity now.
        var moved: [TransferID] = []
        /// Transfers that another process held all the time. They are as before.
        var busy: [TransferID] = []
    }

    /// - Throws: `FileError`, `DatabaseError`. What was moved by then stays so; the call may be repeated.
    func rebind(to peer: TrustedPeer) async throws -> Result {
        var result = Result()
        for study in try await outbox.journal.studies(under: peer.name, besides: peer.fingerprint) {
            if try await rebind(study.transferID, to: peer) {
                result.moved.append(study.transferID)
            } else {
                result.busy.append(study.transferID)
            }
        }
        return result
    }

    /// - Returns: `false` where another process did not give the study's lock back in time.
    private func rebind(_ transferID: TransferID, to peer: TrustedPeer) async throws -> Bool {
        guard let lock = try await lock(transferID) else { return false }
        defer { withExtendedLifetime(lock) {} }
        // Closed since, or moved by another process?
        guard let study = try await outbox.study(transferID), !study.state.isClosed, study.peer != peer.fingerprint else {
            return true
        }
        try await keepReceipts(of: study)
        try await outbox.journal.rebind(transferID, to: peer)
        return true
    }

    private func lock(_ transferID: TransferID) async throws -> FileLock? {
        let deadline = clock.now + patience
        while true {
            if let lock = try await outbox.lock(transferID) { return lock }
            guard clock.now < deadline else { return nil }
            try await clock.sleep(for: Self.interval)
        }
    }

    /// What the earlier identity has signed stays proven.
    private func keepReceipts(of study: OutboxStudy) async throws {
        let receipts = try await outbox.instances(of: study.transferID).compactMap(\.receipt)
        guard let manifest = study.manifest, !receipts.isEmpty else { return }
        _ = try await pool.run { [archive] in
            try archive.store(
                transferID: study.transferID, manifest: manifest, receipts: receipts, studyReceipt: nil, earlier: study.peer)
        }
    }
}
