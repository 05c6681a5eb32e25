public import Basics
import Foundation

/// A receiver's signed statement on one instance.
public struct InstanceReceipt: Sendable, Hashable {
    private static let label = "VEILRAY INSTANCE RECEIPT"

    public let transferID: TransferID
    public let manifestDigest: ContentDigest
    /// Place in the manifest.
    public let index: Int
    public let outcome: InstanceOutcome
    public let time: Date
    public let receiver: Fingerprint
    /// SHA-256 of the signed bytes; the study's receipt covers it.
    let digest: ContentDigest
    let statement: SignedStatement

    /// Signs. Which instances may be signed for is the session's business.
    init(of manifest: Manifest, index: Int, outcome: InstanceOutcome, signedBy identity: Identity, date: Date) throws(ProtocolError) {
        let body = WireInstanceReceiptBody.with {
            $0.transferID = Data(manifest.transferID.bytes)
            $0.manifestSha256 = Data(manifest.digest.bytes)
            $0.index = UInt32(clamping: index)
            $0.timeMilliseconds = Timestamp.milliseconds(date)
            $0.receiverFingerprint = Data(identity.fingerprint.bytes)
            $0.outcome = outcome.wire
        }
        let bytes = try Serialization.bytes(of: body)
        try self.init(reading: SignedStatement(signing: bytes, kind: .instanceReceipt, key: identity.signingKey))
    }

    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/receiptInvalid``
    init(_ statement: SignedStatement, signedBy card: Card) throws(ProtocolError) {
        guard card.verifies(statement, kind: .instanceReceipt) else {
            throw ProtocolError(.badSignature, "the receipt is not signed by this peer", subject: card.name.text)
        }
        try self.init(reading: statement)
        guard receiver == card.fingerprint else {
            throw ProtocolError(.receiptInvalid, "the receipt names another receiver", subject: card.name.text)
        }
    }

    private init(reading statement: SignedStatement) throws(ProtocolError) {
        guard let body = try? WireInstanceReceiptBody(serializedBytes: statement.body),
            let transferID = TransferID(bytes: body.transferID),
            let manifestDigest = ContentDigest(bytes: body.manifestSha256),
            let receiver = Fingerprint(bytes: body.receiverFingerprint),
            let time = Timestamp.date(milliseconds: body.timeMilliseconds),
            let outcome = body.outcome.flatMap(InstanceOutcome.init)
        else { throw ProtocolError(.receiptInvalid, "the receipt is damaged") }
        self.transferID = transferID
        self.manifestDigest = manifestDigest
        self.receiver = receiver
        self.time = time
        self.outcome = outcome
        self.statement = statement
        index = Int(body.index)
        digest = ContentDigest(of: statement.body)
    }

    /// Makes sure that this receipt is about that manifest, and that what it claims can be true.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid``
    public func check(against manifest: Manifest) throws(ProtocolError) {
        guard transferID == manifest.transferID, manifestDigest == manifest.digest, manifest.entries.indices.contains(index) else {
            throw ProtocolError(.receiptInvalid, "the receipt is for another transfer", subject: manifest.transferID.description)
        }
        if case .restored(let digest, .bytes) = outcome, digest != manifest.entries[index].digest {
            throw ProtocolError(
                .receiptInvalid, "the receipt claims the same bytes, but its digest is another than the original's",
                subject: manifest.entries[index].path)
        }
    }

    /// For a file that can be verified later, by anyone with the receiver's card.
    public func text() throws(ProtocolError) -> String {
        var fields = [
            Armour.Field(name: "Transfer", value: transferID.description),
            Armour.Field(name: "Manifest", value: manifestDigest.description),
            Armour.Field(name: "Instance", value: String(index)),
        ]
        switch outcome {
        case .restored(let digest, let exactness):
            fields.append(Armour.Field(name: "Restored", value: exactness.rawValue))
            fields.append(Armour.Field(name: "SHA-256", value: digest.description))
        case .failed(let failure):
            fields.append(Armour.Field(name: "Failed", value: failure.description))
        }
        fields.append(Armour.Field(name: "Time", value: Timestamp.text(time)))
        fields.append(Armour.Field(name: "Receiver", value: receiver.description))
        return Armour(label: Self.label, fields: fields, payload: try statement.serialized()).text
    }

    /// Reads ``text()`` and verifies it. Trust what this returns, not the lines in the file.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid``, ``ProtocolError/Code/badSignature``
    public init(text: String, signedBy card: Card) throws(ProtocolError) {
        guard let armour = try? Armour(reading: text, label: Self.label), let statement = SignedStatement(serialized: armour.payload) else {
            throw ProtocolError(.receiptInvalid, "there is no instance receipt in this text")
        }
        try self.init(statement, signedBy: card)
    }
}

extension InstanceOutcome {
    init?(_ wire: WireInstanceReceiptBody.OneOf_Outcome) {
        switch wire {
        case .restored(let restored):
            guard let digest = ContentDigest(bytes: restored.sha256) else { return nil }
            switch restored.exactness {
            case .bytes: self = .restored(digest: digest, exactness: .bytes)
            case .pixelsAndElements: self = .restored(digest: digest, exactness: .pixelsAndElements)
            case .unspecified, .UNRECOGNIZED: return nil
            }
        case .failed(let failed):
            self = .failed(InstanceFailure(InstanceFailure.Code(rawValue: failed.code) ?? .other, failed.text))
        }
    }

    var wire: WireInstanceReceiptBody.OneOf_Outcome {
        switch self {
        case .restored(let digest, let exactness):
            .restored(
                .with {
                    $0.sha256 = Data(digest.bytes)
                    $0.exactness = exactness == .bytes ? .bytes : .pixelsAndElements
                })
        case .failed(let failure):
            .failed(
                .with {
                    $0.code = failure.code.rawValue
                    $0.text = failure.text
                })
        }
    }
}

extension SignedStatement.Kind {
    static let instanceReceipt = SignedStatement.Kind("instance receipt")
}

/// The outcome of one instance at the receiver.
public enum InstanceOutcome: Sendable, Hashable {
    /// The file is at its destination.
    case restored(digest: ContentDigest, exactness: Exactness)
    /// It is not, and why.
    case failed(InstanceFailure)

    /// How like the original the restored file is.
    public enum Exactness: String, Sendable, Hashable {
        /// The same file.
        case bytes
        /// The same pixels and elements; the original was encapsulated or not provably the same in its bytes.
        case pixelsAndElements = "pixels+elements"
    }
}

/// The reason that an instance could not be restored.
public struct InstanceFailure: Sendable, Hashable, CustomStringConvertible {
    public enum Code: UInt32, Sendable, Hashable, CaseIterable {
        case other = 0
        case damagedOnTheWay = 1
        case notStego = 2
        case wrongKey = 3
        case tampered = 4
        case digestMismatch = 5
        case unsupported = 6
        case storageFull = 7
        case storageFailure = 8
        case conflict = 9
    }

    public let code: Code
    /// For people; control characters replaced, at most 512 bytes. Nothing that identifies a patient.
    public let text: String

    public init(_ code: Code, _ text: String) {
        self.code = code
        self.text = PlainText.harmless(text)
    }

    public var description: String { text.isEmpty ? "\(code)" : text }
}

extension InstanceFailure.Code {
    /// The kind of failure, which tells what the sender should do.
    public var kind: FailureKind {
        switch self {
        case .storageFull, .storageFailure, .damagedOnTheWay, .other: .temporary
        case .wrongKey: .notTrusted
        case .notStego, .tampered, .digestMismatch, .unsupported, .conflict: .badData
        }
    }
}
