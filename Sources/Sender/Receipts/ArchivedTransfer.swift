import CommandLineSupport
import Foundation
import Protocol

/// What one file of the ``ReceiptArchive`` proves, as far as its signatures hold.
struct ArchivedTransfer: Sendable {
    let manifest: Manifest
    let receipts: [InstanceReceipt]
    let studyReceipt: StudyReceipt
    /// Who signed the receipts.
    let peer: TrustedPeer

    /// Reads the file's text and verifies every signature in it, and that the receipts are about this manifest.
    ///
    /// - Parameter own: this side's card, which the manifest is signed with.
    /// - Throws: ``ProtocolError`` `badSignature`, `receiptInvalid`, `manifestInvalid`; ``CommandFailure`` `.notTrusted` when the
    ///   receiver's card is not trusted any more.
    init(text: String, own: Card, trust: TrustStore) throws {
        let blocks = Self.blocks(text)
        manifest = try Manifest(text: blocks.first ?? "", signedBy: own)
        guard let last = blocks.last, blocks.count > 1 else {
            throw ProtocolError(.receiptInvalid, "there is no study receipt in this text")
        }
        let peer = try Self.signer(of: last, trust)
        self.peer = peer
        receipts = try blocks.dropFirst().dropLast().map { try InstanceReceipt(text: $0, signedBy: peer.card) }
        studyReceipt = try StudyReceipt(text: last, signedBy: peer.card)
        try studyReceipt.check(against: manifest, receipts: receipts)
    }

    /// The armoured texts, one after another.
    private static func blocks(_ text: String) -> [String] {
        var blocks: [[Substring]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-----BEGIN ") { blocks.append([]) }
            if !blocks.isEmpty { blocks[blocks.count - 1].append(line) }
        }
        return blocks.map { $0.joined(separator: "\n") + "\n" }
    }

    /// Tries the trusted cards: readable lines name the signer, but only a signature proves it.
    private static func signer(of receipt: String, _ trust: TrustStore) throws -> TrustedPeer {
        guard let peer = trust.peers.first(where: { (try? StudyReceipt(text: receipt, signedBy: $0.card)) != nil }) else {
            throw CommandFailure(.notTrusted, "no trusted card verifies this receipt")
        }
        return peer
    }
}
