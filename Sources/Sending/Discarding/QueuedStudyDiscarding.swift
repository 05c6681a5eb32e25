import Basics
import Concurrency
import Protocol

/// Takes studies out of the outbox that nobody wants delivered any more, one by one.
package struct QueuedStudyDiscarding: Sendable {
    package let outbox: Outbox
    package let archive: ReceiptArchive
    package let pool: WorkerPool

    package init(outbox: Outbox, archive: ReceiptArchive, pool: WorkerPool) {
        self.outbox = outbox
        self.archive = archive
        self.pool = pool
    }

    /// A queued study, and how far it has got.
    package struct Candidate: Sendable {
        package let study: OutboxStudy
        /// Files that are restored at the receiver.
        package let delivered: Int
        /// Originals of the other files.
        let remainingBytes: Int

        /// For a person who is to decide.
        package var description: String {
            let subject = study.subject.map { $0.description.isEmpty ? "" : " (\($0.description))" } ?? ""
            return "\(study.transferID.short) to \(study.peerName)\(subject): \(delivered) of \(study.fileCount) files delivered, "
                + "\(Quantities.bytes(remainingBytes)) of originals to go"
        }
    }

    /// The studies that are meant. Nothing is changed.
    ///
    /// - Throws: `OperationFailure`: `.invalidRequest` for a transfer that is not there or is closed, `.tryAgain` for one that is being delivered.
    package func candidates(_ transfers: [TransferPrefix]) async throws -> [Candidate] {
        var candidates: [Candidate] = []
        for transferID in try TransferPrefix.each(transfers, of: try await outbox.journal.transferIDs()) {
            let study = try await queued(transferID)
            guard try await !outbox.isBeingDelivered(transferID) else { throw Self.isBusy(study) }
            let rows = try await outbox.instances(of: transferID)
            let remaining = rows.filter { $0.state != .acknowledged }
            candidates.append(
                Candidate(
                    study: study, delivered: rows.count - remaining.count,
                    remainingBytes: remaining.reduce(0) { $0 + $1.originalBytes }))
        }
        return candidates
    }

    /// Discards one study: keeps what the receiver has signed, then closes the transfer, then removes its sealed files. Killed in between,
    /// it is either still queued, or closed and tidied up by the next program that starts.
    ///
    /// - Throws: `OperationFailure` as ``candidates(_:)`` does, when it was delivered or taken up since; `FileError`, `DatabaseError`.
    package func discard(_ transferID: TransferID) async throws -> SenderEvent.Discarded {
        guard let lock = try await outbox.lock(transferID) else { throw Self.isBusy(try await queued(transferID)) }
        do {
            let event = try await discardLocked(try await queued(transferID))
            try await pool.run { lock.remove() }
            return event
        } catch let failure as OperationFailure where failure.kind == .invalidRequest {
            // Closed since: nobody needs the lock any more.
            try await pool.run { lock.remove() }
            throw failure
        }
    }

    private func discardLocked(_ study: OutboxStudy) async throws -> SenderEvent.Discarded {
        let rows = try await outbox.instances(of: study.transferID)
        let receipts = try await keepReceipts(of: study, rows.compactMap(\.receipt))
        try await outbox.discard(study.transferID, receipts: receipts)
        let delivered = rows.count { $0.state == .acknowledged }
        return SenderEvent.Discarded(
            study: study.studyUID.text, transfer: study.transferID.description, to: study.peerName.text, delivered: delivered,
            discarded: rows.count - delivered, receipts: receipts)
    }

    /// The delivered files are proven by the receipts and by the manifest, which the journal is about to forget.
    private func keepReceipts(of study: OutboxStudy, _ receipts: [String]) async throws -> String? {
        guard let manifest = study.manifest, !receipts.isEmpty else { return nil }
        return try await pool.run { [archive] in
            try archive.store(transferID: study.transferID, manifest: manifest, receipts: receipts, studyReceipt: nil)
        }
    }

    private func queued(_ transferID: TransferID) async throws -> OutboxStudy {
        guard let study = try await outbox.study(transferID), !study.state.isClosed else {
            let state = try await outbox.study(transferID)?.state.rawValue ?? "gone"
            throw OperationFailure(
                .invalidRequest, "the transfer \(transferID.short) is \(state) already; there is nothing to discard")
        }
        return study
    }

    private static func isBusy(_ study: OutboxStudy) -> OperationFailure {
        OperationFailure(
            .temporary,
            "a running veilray-send delivers the transfer \(study.transferID.short) to \(study.peerName); "
                + "stop that (study, deliver or watch) and discard it then")
    }
}
