import Basics

@testable import Protocol
@testable import Sending

extension FuzzTarget {
    /// The file that proves a transfer at the sender, which its owner or somebody else may have changed.
    static let archivedReceipts = FuzzTarget(
        name: "archived-receipts", maximumByteCount: 4096,
        seeds: {
            let peers = try Peers.shared.get()
            let manifest = try Peers.manifest(signedBy: peers.clinic)
            let receipts = try (0..<2).map { index in
                try InstanceReceipt(
                    of: manifest, index: index, outcome: .restored(digest: manifest.entries[index].digest, exactness: .bytes),
                    signedBy: peers.radiologist, date: .distantPast)
            }
            let tally = StudyTally(receipts.map { StudyTally.Line($0) })
            let study = try StudyReceipt(of: manifest, tally: tally, signedBy: peers.radiologist, date: .distantPast)
            let texts = try [manifest.text()] + receipts.map { try $0.text() }
            return try [texts.joined(separator: "\n"), (texts + [study.text()]).joined(separator: "\n")].map { Array($0.utf8) }
        },
        run: { bytes in
            let peers = try Peers.shared.get()
            let archived = try ArchivedTransfer(
                text: String(decoding: bytes, as: UTF8.self), own: peers.clinic.card(), trust: peers.trust,
                former: [peers.radiologist.card()])
            let radiologist = try peers.radiologist.card().fingerprint
            try require(
                archived.receipts.allSatisfy { archived.manifest.entries.indices.contains($0.index) }, "each receipt is about a file")
            try require(archived.peer.fingerprint == radiologist, "only who can sign has signed")
        })
}
