import Basics
import Crypto
import Foundation

/// A receiver's signed statement on a whole study: how many instances it restored, and a digest over all their receipts.
public struct StudyReceipt: Sendable, Hashable {
    private static let label = "VEILRAY STUDY RECEIPT"

    public let transferID: TransferID
    public let manifestDigest: ContentDigest
    public let time: Date
    public let receiver: Fingerprint
    public let tally: StudyTally
    let statement: SignedStatement

    init(of manifest: Manifest, tally: StudyTally, signedBy identity: Identity, date: Date) throws(ProtocolError) {
        let body = WireStudyReceiptBody.with {
            $0.transferID = Data(manifest.transferID.bytes)
            $0.manifestSha256 = Data(manifest.digest.bytes)
            $0.timeMilliseconds = Timestamp.milliseconds(date)
            $0.receiverFingerprint = Data(identity.fingerprint.bytes)
            $0.restored = UInt32(clamping: tally.restored)
            $0.failed = UInt32(clamping: tally.failed)
            $0.withdrawn = UInt32(clamping: tally.withdrawn)
            $0.receiptsSha256 = Data(tally.receiptsDigest.bytes)
        }
        let bytes = try Serialization.bytes(of: body)
        try self.init(reading: SignedStatement(signing: bytes, kind: .studyReceipt, key: identity.signingKey))
    }

    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/receiptInvalid``
    init(_ statement: SignedStatement, signedBy card: Card) throws(ProtocolError) {
        guard card.verifies(statement, kind: .studyReceipt) else {
            throw ProtocolError(.badSignature, "the study's receipt is not signed by this peer", subject: card.name.text)
        }
        try self.init(reading: statement)
        guard receiver == card.fingerprint else {
            throw ProtocolError(.receiptInvalid, "the study's receipt names another receiver", subject: card.name.text)
        }
    }

    private init(reading statement: SignedStatement) throws(ProtocolError) {
        guard let body = try? WireStudyReceiptBody(serializedBytes: statement.body),
            let transferID = TransferID(bytes: body.transferID),
            let manifestDigest = ContentDigest(bytes: body.manifestSha256),
            let receiver = Fingerprint(bytes: body.receiverFingerprint),
            let time = Timestamp.date(milliseconds: body.timeMilliseconds),
            let receiptsDigest = ContentDigest(bytes: body.receiptsSha256)
        else { throw ProtocolError(.receiptInvalid, "the study's receipt is damaged") }
        self.transferID = transferID
        self.manifestDigest = manifestDigest
        self.receiver = receiver
        self.time = time
        self.statement = statement
        tally = StudyTally(
            restored: Int(body.restored), failed: Int(body.failed), withdrawn: Int(body.withdrawn), receiptsDigest: receiptsDigest)
    }

    /// Makes sure that this receipt is about that manifest and about exactly these instance receipts.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid``
    public func check(against manifest: Manifest, receipts: [InstanceReceipt]) throws(ProtocolError) {
        var byIndex = [InstanceReceipt?](repeating: nil, count: manifest.entries.count)
        for receipt in receipts {
            try receipt.check(against: manifest)
            byIndex[receipt.index] = receipt
        }
        let expected = StudyTally(byIndex.map { $0.map(StudyTally.Line.init) })
        guard transferID == manifest.transferID, manifestDigest == manifest.digest, tally == expected else {
            throw ProtocolError(.receiptInvalid, "the study's receipt does not fit its manifest and instance receipts")
        }
    }

    public func text() throws(ProtocolError) -> String {
        let fields = [
            Armour.Field(name: "Transfer", value: transferID.description),
            Armour.Field(name: "Manifest", value: manifestDigest.description),
            Armour.Field(name: "Restored", value: String(tally.restored)),
            Armour.Field(name: "Failed", value: String(tally.failed)),
            Armour.Field(name: "Withdrawn", value: String(tally.withdrawn)),
            Armour.Field(name: "Time", value: Timestamp.text(time)),
            Armour.Field(name: "Receiver", value: receiver.description),
        ]
        return Armour(label: Self.label, fields: fields, payload: try statement.serialized()).text
    }

    /// Reads ``text()`` and verifies it.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid``, ``ProtocolError/Code/badSignature``
    public init(text: String, signedBy card: Card) throws(ProtocolError) {
        guard let armour = try? Armour(reading: text, label: Self.label), let statement = SignedStatement(serialized: armour.payload) else {
            throw ProtocolError(.receiptInvalid, "there is no study receipt in this text")
        }
        try self.init(statement, signedBy: card)
    }
}

/// The outcome of a study in numbers. Both sides count for themselves and must agree.
public struct StudyTally: Sendable, Hashable {
    public let restored: Int
    public let failed: Int
    /// The sender could not send these.
    public let withdrawn: Int
    /// SHA-256 over the digests of all instance receipts in order of index, 32 zero bytes for a withdrawn instance.
    public let receiptsDigest: ContentDigest

    init(restored: Int, failed: Int, withdrawn: Int, receiptsDigest: ContentDigest) {
        self.restored = restored
        self.failed = failed
        self.withdrawn = withdrawn
        self.receiptsDigest = receiptsDigest
    }

    /// The part of one receipt that counting needs.
    struct Line: Sendable, Hashable {
        let digest: ContentDigest
        let isRestored: Bool

        init(_ receipt: InstanceReceipt) {
            digest = receipt.digest
            if case .restored = receipt.outcome { isRestored = true } else { isRestored = false }
        }
    }

    /// One line an instance, `nil` for a withdrawn one.
    init(_ lines: [Line?]) {
        var hash = SHA256()
        for line in lines {
            hash.update(data: line?.digest.bytes ?? [UInt8](repeating: 0, count: ContentDigest.byteCount))
        }
        let received = lines.compactMap(\.self)
        restored = received.count(where: \.isRestored)
        failed = received.count - restored
        withdrawn = lines.count - received.count
        receiptsDigest = ContentDigest(hash.finalize())
    }

    /// Every instance of the manifest was restored.
    public var isComplete: Bool { failed == 0 && withdrawn == 0 }
}

extension SignedStatement.Kind {
    static let studyReceipt = SignedStatement.Kind("study receipt")
}
