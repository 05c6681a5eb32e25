import Foundation

/// What a sender says that it sends: signed by it, so that the receiver can prove it.
public struct Manifest: Sendable, Hashable {
    private static let label = "VEILRAY MANIFEST"
    /// 24 MiB: 100 000 instances with paths of 200 bytes. A message of the channel has 32 MiB at most.
    static let maximumByteCount = 24 * 1_024 * 1_024
    /// `ManifestBody.entries` in `veilray.proto`.
    private static let entriesField: UInt64 = 5

    public let transferID: TransferID
    /// Of the stego files.
    public let studyUID: StudyUID
    public let created: Date
    public let sender: Fingerprint
    /// An instance's index is its place here.
    public let entries: [ManifestEntry]
    /// SHA-256 of the signed bytes; receipts refer to it.
    public let digest: ContentDigest
    let statement: SignedStatement

    /// Signs a list of 1 to 100 000 originals.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``
    public init(
        transferID: TransferID = TransferID(), studyUID: StudyUID, entries: [ManifestEntry], signedBy identity: Identity,
        date: Date = Date()
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
                }
            }
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
            // Before they are decoded: of empty ones there could be millions.
            FieldWalk.count(of: Self.entriesField, in: statement.body, limit: SessionLimits.instances.upperBound) != nil,
            let body = try? WireManifestBody(serializedBytes: statement.body),
            let transferID = TransferID(bytes: body.transferID),
            let sender = Fingerprint(bytes: body.senderFingerprint),
            let created = Timestamp.date(milliseconds: body.createdMilliseconds),
            SessionLimits.instances.contains(body.entries.count)
        else { throw Self.invalid() }
        self.transferID = transferID
        self.sender = sender
        self.created = created
        self.statement = statement
        studyUID = try StudyUID(body.studyUid)
        digest = ContentDigest(of: statement.body)
        var entries: [ManifestEntry] = []
        entries.reserveCapacity(body.entries.count)
        for entry in body.entries {
            guard let digest = ContentDigest(bytes: entry.sha256) else { throw Self.invalid() }
            entries.append(try ManifestEntry(path: entry.path, byteCount: entry.byteCount, digest: digest))
        }
        self.entries = entries
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
