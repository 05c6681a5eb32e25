import CommandLineSupport
import Foundation
import Protocol

/// After `trust`: moves what waits for an earlier identity of the receiver, or says that something does.
enum StudyRebindingFollowUp: TrustFollowUp {
    static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String] {
        let pool = WorkerPool(label: "veilray.trust", width: 1)
        // Without a journal nothing waits; looking must not make one.
        guard try await pool.run({ access(home.state.appending(path: "outbox.sqlite").path, F_OK) == 0 }) else { return [] }
        let outbox = try await pool.run { try Outbox(home: home) }
        let waiting = try await outbox.studiesForEarlierIdentities(of: peer)
        guard !waiting.isEmpty else { return [] }
        guard replaces else {
            return [
                "\(count(waiting.count)) for an earlier identity of \(peer.name). If this is the same receiver, 'veilray-send trust "
                    + "--replaces' with this card moves them to it."
            ]
        }
        let result = try await StudyRebinding(outbox: outbox, archive: ReceiptArchive(home: home), pool: pool).rebind(to: peer)
        var lines = ["Moved to the new identity: \(result.moved.count) of \(waiting.count) waiting studies."]
        if !result.busy.isEmpty {
            let transfers = result.busy.map { String($0.prefix(12)) }.joined(separator: ", ")
            lines.append("A running veilray-send holds \(transfers); stop it and give the command again.")
        }
        return lines
    }

    private static func count(_ studies: Int) -> String { studies == 1 ? "1 study waits" : "\(studies) studies wait" }
}
