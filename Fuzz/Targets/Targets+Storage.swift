import Basics

@testable import Protocol
@testable import Receiving
@testable import Sending

extension FuzzTarget {
    /// What a PACS answers when a study is forwarded to it (PS3.8 §9.3, PS3.7 §9.3.1).
    static let storageAnswer = FuzzTarget(
        name: "storage-answer", maximumByteCount: 1024,
        seeds: {
            let request = AssociateRequest(
                calling: "VEILRAY", called: "PACS",
                contexts: [(1, PresentationContext(sopClassUID: "1.2.840.10008.5.1.4.1.1.2", transferSyntaxUID: "1.2.840.10008.1.2.1"))],
                maximumLength: 16_384, implementationUID: "2.25.77", implementationVersion: "V")
            // Bytes 2 to 68 of a request and of its acceptance mean the same; a context that is accepted is item 21H.
            let context: [UInt8] = [0x21, 0, 0, 4, 1, 0, 0, 0]
            let information: [UInt8] = [0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 0, 0x40, 0]
            let accept = Array(request.body.prefix(68)) + context + information
            let status: [UInt8] = [
                0, 0, 0, 1, 2, 0, 0, 0, 1, 0x80, 0, 0, 0, 9, 2, 0, 0, 0, 7, 0xB0, 0, 0, 2, 9, 2, 0, 0, 0, 0x6F, 0x6B,
            ]
            let data = ProtocolDataUnit.data([PresentationDataValue(context: 1, isCommand: true, isLast: true, bytes: status)])
            return [
                [0, 2] + accept, [0, 3, 0, 1, 1, 7], [0, 4] + data.bytes.dropFirst(ProtocolDataUnit.headerByteCount), [0, 7, 0, 0, 2, 1],
                [1] + status,
            ]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            guard source.byte() == 0 else {
                guard let status = StoreCommandSet.status(in: Array(source.rest)) else { return }
                try require(PlainText.harmless(status.comment) == status.comment, "a comment that is shown is harmless")
                return
            }
            let (type, body) = (source.byte(), Array(source.rest))
            guard let unit = ProtocolDataUnit(type: type, body: body) else { return }
            if case .data(let values) = unit {
                try require(values.reduce(0) { $0 + $1.bytes.count + 6 } == body.count, "every byte of a data unit is in one value")
                let again = Array(unit.bytes.dropFirst(ProtocolDataUnit.headerByteCount))
                try require(ProtocolDataUnit(type: type, body: again) == unit, "a data unit is written as it was read")
            }
        })

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
