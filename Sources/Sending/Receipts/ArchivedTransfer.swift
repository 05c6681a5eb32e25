import Basics
import Foundation
import Protocol

/// What one file of the ``ReceiptArchive`` proves, as far as its signatures hold.
package struct ArchivedTransfer: Sendable {
    package let manifest: Manifest
    package let receipts: [InstanceReceipt]
    /// `nil` when the study was discarded before the receiver could sign for the whole of it.
    package let studyReceipt: StudyReceipt?
    /// Who signed the receipts.
    package let peer: TrustedPeer
    /// Whether that identity is trusted today.
    package let isTrusted: Bool

    /// Reads the file's text and verifies every signature in it, and that the receipts are about this manifest.
    ///
    /// - Parameters:
    ///   - own: this side's card, which the manifest is signed with.
    ///   - former: cards that were trusted once. A receipt was verified when it came; that its signer has new keys does not undo it.
    /// - Throws: ``ProtocolError`` `badSignature`, `receiptInvalid`, `manifestInvalid`; `OperationFailure` `.notTrusted` when the
    ///   receiver's card is not there.
    package init(text: String, own: Card, trust: TrustStore, former: [Card] = []) throws {
        let blocks = Self.blocks(text)
        manifest = try Manifest(text: blocks.first ?? "", signedBy: own)
        guard let last = blocks.last, blocks.count > 1 else {
            throw ProtocolError(.receiptInvalid, "there is no receipt in this text")
        }
        let peer = try Self.signer(of: last, trust.peers + former.map { TrustedPeer(card: $0) })
        self.peer = peer
        isTrusted = trust.peer(fingerprint: peer.fingerprint) != nil
        studyReceipt = try? StudyReceipt(text: last, signedBy: peer.card)
        let single = studyReceipt == nil ? blocks.dropFirst() : blocks.dropFirst().dropLast()
        receipts = try single.map { try InstanceReceipt(text: $0, signedBy: peer.card) }
        if let studyReceipt {
            try studyReceipt.check(against: manifest, receipts: receipts)
        } else {
            try Self.check(receipts, against: manifest)
        }
    }

    /// Each is about another file of the manifest.
    private static func check(_ receipts: [InstanceReceipt], against manifest: Manifest) throws {
        for receipt in receipts { try receipt.check(against: manifest) }
        guard Set(receipts.map(\.index)).count == receipts.count else {
            throw ProtocolError(.receiptInvalid, "there are two receipts for one file", subject: manifest.transferID.description)
        }
    }

    /// Files that the receiver restored.
    package var restored: Int {
        receipts.count { if case .restored = $0.outcome { true } else { false } }
    }

    /// When the receiver signed last.
    package var time: Date? { studyReceipt?.time ?? receipts.map(\.time).max() }

    /// The armoured texts, one after another.
    private static func blocks(_ text: String) -> [String] {
        var blocks: [[Substring]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-----BEGIN ") { blocks.append([]) }
            if !blocks.isEmpty { blocks[blocks.count - 1].append(line) }
        }
        return blocks.map { $0.joined(separator: "\n") + "\n" }
    }

    /// Tries the cards: readable lines name the signer, but only a signature proves it.
    private static func signer(of receipt: String, _ peers: [TrustedPeer]) throws -> TrustedPeer {
        guard let peer = peers.first(where: { verifies(receipt, $0.card) }) else {
            throw OperationFailure(.notTrusted, "no card that is or was trusted here verifies this receipt")
        }
        return peer
    }

    private static func verifies(_ receipt: String, _ card: Card) -> Bool {
        (try? StudyReceipt(text: receipt, signedBy: card)) != nil || (try? InstanceReceipt(text: receipt, signedBy: card)) != nil
    }
}
