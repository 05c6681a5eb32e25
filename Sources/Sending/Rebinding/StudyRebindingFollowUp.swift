import Concurrency
import Foundation
import Protocol

/// What a change of trust means to the studies in the outbox: `trust` moves what waits for an earlier identity of the receiver or says that
/// something does, `trust rename` renames, `trust remove` says what is left behind.
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
