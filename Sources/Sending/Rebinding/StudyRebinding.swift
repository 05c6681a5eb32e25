import Basics
import Concurrency
import Files
import Foundation
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

    /// The outcome for the studies.
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

    /// The earlier identity's signatures stay as proofs.
    private func keepReceipts(of study: OutboxStudy) async throws {
        let receipts = try await outbox.instances(of: study.transferID).compactMap(\.receipt)
        guard let manifest = study.manifest, !receipts.isEmpty else { return }
        _ = try await pool.run { [archive] in
            try archive.store(
                transferID: study.transferID, manifest: manifest, receipts: receipts, studyReceipt: nil, earlier: study.peer)
        }
    }
}

/// The effect of a change of trust on the studies in the outbox: `trust` moves the studies that wait for an earlier identity of the
/// receiver or says that some do, `trust rename` renames, `trust remove` says what is left behind.
package enum StudyRebindingFollowUp: TrustFollowUp {
    package static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String] {
        let pool = WorkerPool(label: "veilray.trust", width: 1)
        guard let outbox = try await outbox(home, pool) else { return [] }
        let waiting = try await outbox.journal.studies(under: peer.name, besides: peer.fingerprint)
        guard !waiting.isEmpty else { return [] }
        guard replaces else {
            return [
                "\(count(waiting.count)) for an earlier identity of \(peer.name). If this is the same receiver, 'veilray-send trust "
                    + "--replaces \(peer.name.word)' with this card moves them to it."
            ]
        }
        let result = try await StudyRebinding(outbox: outbox, archive: ReceiptArchive(home: home), pool: pool).rebind(to: peer)
        var lines = ["Moved to the new identity: \(result.moved.count) of \(waiting.count) waiting studies."]
        if !result.busy.isEmpty {
            let transfers = result.busy.map(\.short).joined(separator: ", ")
            lines.append("A running veilray-send holds \(transfers); stop it and give the command again.")
        }
        return lines
    }

    package static func earlierIdentities(under name: PeerName, besides fingerprint: Fingerprint, home: Home) async throws -> [Fingerprint]
    {
        guard let outbox = try await outbox(home) else { return [] }
        var identities: [Fingerprint] = []
        for study in try await outbox.journal.studies(under: name, besides: fingerprint) where !identities.contains(study.peer) {
            identities.append(study.peer)
        }
        return identities
    }

    package static func renamed(_ peer: TrustedPeer, from names: [PeerName], home: Home) async throws -> [String] {
        try await outbox(home)?.journal.rename(peer, from: names)
        return names.map { "Commands and configuration that say --to \($0.word) need --to \(peer.name.word) now." }
    }

    package static func waiting(for peer: TrustedPeer, home: Home) async throws -> [String] {
        guard let studies = try await outbox(home)?.journal.studies(for: peer.fingerprint), !studies.isEmpty else { return [] }
        let transfers = studies.map { study in
            let subject = study.subject.map { $0.description.isEmpty ? "" : " (\($0.description))" } ?? ""
            return "\(study.transferID.short)\(subject)"
        }
        return [
            "\(count(studies.count)) for it, and would stay in the outbox: \(transfers.joined(separator: ", ")). 'veilray-send discard' gives "
                + "studies up; 'veilray-send trust --replaces \(peer.name.word)' with a new card moves them."
        ]
    }

    /// Without a journal nothing waits; looking must not make one.
    private static func outbox(_ home: Home, _ pool: WorkerPool = WorkerPool(label: "veilray.trust", width: 1)) async throws -> Outbox? {
        try await pool.run {
            guard access(home.state.appending(path: "outbox.sqlite").path, F_OK) == 0 else { return nil }
            return try Outbox(home: home)
        }
    }

    private static func count(_ studies: Int) -> String { studies == 1 ? "1 study waits" : "\(studies) studies wait" }
}
