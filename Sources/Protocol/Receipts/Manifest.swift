import Basics
import Foundation

/// What a sender says that it sends: signed by it, so that the receiver can prove it.
public struct Manifest: Sendable, Hashable {
    private static let label = "VEILRAY MANIFEST"
    /// 24 MiB: 100 000 instances with paths of 200 bytes. A message of the channel has 32 MiB at most.
    static let maximumByteCount = 24 * 1_024 * 1_024

    public let transferID: TransferID
    /// Of the stego files.
    public let studyUID: StudyUID
    public let created: Date
    public let sender: Fingerprint
    /// An instance's index is its place here.
    public let entries: [ManifestEntry]
    /// Of the study. What this release does not know is here as well.
    public let attributes: ManifestAttributes
    /// SHA-256 of the signed bytes; receipts refer to it.
    public let digest: ContentDigest
    let statement: SignedStatement

    /// Signs a list of 1 to 100 000 originals.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``
    public init(
        transferID: TransferID = TransferID(), studyUID: StudyUID, entries: [ManifestEntry], attributes: ManifestAttributes = .none,
        signedBy identity: Identity, date: Date = Date()
    ) throws(ProtocolError) {
        let body = WireManifestBody.with {
            $0.transferID = Data(transferID.bytes)
            $0.studyUid = studyUID.text
            $0.createdMilliseconds = Timestamp.milliseconds(date)
            $0.senderFingerprint = Data(identity.fingerprint.bytes)
            $0.entries = entries.map { entry in
                .with {
                    $0.path = entry.path
                    $0.byteCount = entry.byteCount
                    $0.sha256 = Data(entry.digest.bytes)
                    $0.attributes = entry.attributes.wire
                }
            }
            $0.attributes = attributes.wire
        }
        let bytes = try Serialization.bytes(of: body)
        try self.init(reading: SignedStatement(signing: bytes, kind: .manifest, key: identity.signingKey))
    }

    /// Takes a manifest that came from a peer.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/manifestInvalid``
    init(_ statement: SignedStatement, signedBy card: Card) throws(ProtocolError) {
        guard card.verifies(statement, kind: .manifest) else {
            throw ProtocolError(.badSignature, "the manifest is not signed by this peer", subject: card.name.text)
        }
        try self.init(reading: statement)
        guard sender == card.fingerprint else {
            throw ProtocolError(.manifestInvalid, "the manifest names another sender", subject: card.name.text)
        }
    }

    private init(reading statement: SignedStatement) throws(ProtocolError) {
        guard statement.body.count <= Self.maximumByteCount,
            let layout = ManifestLayout(of: statement.body),
            let body = try? WireManifestBody(serializedBytes: layout.head),
            let transferID = TransferID(bytes: body.transferID),
            let sender = Fingerprint(bytes: body.senderFingerprint),
            let created = Timestamp.date(milliseconds: body.createdMilliseconds),
            SessionLimits.instances.contains(layout.entries.count)
        else { throw Self.invalid() }
        self.transferID = transferID
        self.sender = sender
        self.created = created
        self.statement = statement
        studyUID = try StudyUID(body.studyUid)
        digest = ContentDigest(of: statement.body)
        var entries: [ManifestEntry] = []
        entries.reserveCapacity(layout.entries.count)
        // One by one: all of them decoded at once take several times what is kept of them.
        for range in layout.entries { entries.append(try Self.entry(statement.body[range])) }
        self.entries = entries
        attributes = try ManifestAttributes(body.attributes)
    }

    private static func entry(_ bytes: ArraySlice<UInt8>) throws(ProtocolError) -> ManifestEntry {
        guard let entry = try? WireManifestEntry(serializedBytes: Array(bytes)), let digest = ContentDigest(bytes: entry.sha256) else {
            throw invalid()
        }
        return try ManifestEntry(
            path: entry.path, byteCount: entry.byteCount, digest: digest, attributes: ManifestAttributes(entry.attributes))
    }

    /// Names of critical attributes, of the study or of instances, that are not `understood`: whoever is to act on the manifest must refuse it.
    public func criticalAttributes(besides understood: Set<AttributeName>) -> [AttributeName] {
        var names: Set<AttributeName> = []
        return ([attributes] + entries.map(\.attributes)).flatMap { $0.critical(besides: understood) }.filter { names.insert($0).inserted }
    }

    private static func invalid() -> ProtocolError {
        ProtocolError(.manifestInvalid, "the manifest is damaged, empty or too long")
    }

    /// For a file: what the receiver keeps as proof, what a sender keeps for resuming.
    public func text() throws(ProtocolError) -> String {
        let fields = [
            Armour.Field(name: "Transfer", value: transferID.description),
            Armour.Field(name: "Study", value: studyUID.text),
            Armour.Field(name: "Created", value: Timestamp.text(created)),
            Armour.Field(name: "Sender", value: sender.description),
            Armour.Field(name: "Instances", value: String(entries.count)),
        ]
        return Armour(label: Self.label, fields: fields, payload: try statement.serialized()).text
    }

    /// Reads ``text()`` and verifies it.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``, ``ProtocolError/Code/badSignature``
    public init(text: String, signedBy card: Card) throws(ProtocolError) {
        guard let armour = try? Armour(reading: text, label: Self.label), let statement = SignedStatement(serialized: armour.payload) else {
            throw Self.invalid()
        }
        try self.init(statement, signedBy: card)
    }
}

extension SignedStatement.Kind {
    static let manifest = SignedStatement.Kind("manifest")
}
