import Basics
import Files
import Foundation
import Protocol

/// The archive in which the sender keeps the proofs of its transfers, for good: one file for each, named by the transfer's number.
///
/// A file holds the signed manifest, then a signed receipt for each file that the receiver answered for, then the study's, as armoured
/// texts (docs/protocol/statements.md). Of a study that was discarded halfway there is no receipt of the study. Receipts of an identity
/// that the receiver has given up halfway are in a file of their own, beside those of the new one. A file names files of the clinic, so
/// it is readable by its owner alone.
package struct ReceiptArchive: Sendable {
    package let folder: String

    package init(home: Home) {
        folder = home.state.appending(path: "receipts").path
    }

    /// The files of transfers whose numbers begin like one of these, or of all; by name.
    ///
    /// - Throws: `OperationFailure` for a number that no transfer's begins with; `FileError`.
    package func files(of beginnings: [String]) throws -> [String] {
        // The folder comes with the first receipts.
        let names = access(folder, F_OK) == 0 ? try self.names : []
        for beginning in beginnings where !names.contains(where: { $0.hasPrefix(beginning) }) {
            throw OperationFailure(.invalidRequest, "there are no receipts of a transfer \(beginning)")
        }
        let wanted = beginnings.isEmpty ? names : names.filter { name in beginnings.contains { name.hasPrefix($0) } }
        return wanted.map { "\(folder)/\($0)" }
    }

    private var names: [String] {
        get throws(FileError) {
            try FileFinder.entries(of: folder).map(\.name).filter { $0.hasSuffix(".txt") && !$0.hasPrefix(".") }.sorted()
        }
    }

    package func path(_ transferID: TransferID) -> String { "\(folder)/\(transferID).txt" }

    /// Where an identity's receipts are kept that the receiver has given up while the transfer was under way.
    package func path(_ transferID: TransferID, of earlier: Fingerprint) -> String { "\(folder)/\(transferID)-\(earlier.groups[0]).txt" }

    /// The transfer whose receipts are in a file.
    package static func transferID(ofFileAt path: String) -> String {
        let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        return name.split(separator: "-").first.map(String.init) ?? name
    }

    /// Writes a transfer's file, in place of an earlier one; call it on a worker thread.
    ///
    /// - Parameters:
    ///   - manifest: armoured, as are the others.
    ///   - receipts: in the order of the manifest.
    ///   - studyReceipt: `nil` for a study that was discarded or goes to another identity.
    ///   - earlier: the identity that has signed, where it is not the one that the study goes to now.
    /// - Returns: the file's path.
    /// - Throws: ``FileError``.
    func store(
        transferID: TransferID, manifest: String, receipts: [String], studyReceipt: String?, earlier: Fingerprint? = nil
    ) throws -> String {
        try AtomicFile.makeDirectories(folder, mode: 0o700)
        let text = ([manifest] + receipts + [studyReceipt].compactMap(\.self)).joined(separator: "\n")
        let path = earlier.map { self.path(transferID, of: $0) } ?? path(transferID)
        try AtomicFile.replace(path, with: Array(text.utf8), mode: 0o600)
        return path
    }
}

/// The transfer that one file of the ``ReceiptArchive`` proves, as far as its signatures hold.
package struct ArchivedTransfer: Sendable {
    package let manifest: Manifest
    package let receipts: [InstanceReceipt]
    /// `nil` when the study was discarded before the receiver could sign for the whole of it.
    package let studyReceipt: StudyReceipt?
    /// The signer of the receipts.
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

    /// The time of the receiver's last signature.
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
