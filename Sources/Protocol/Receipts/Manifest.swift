import Basics
import Foundation

/// A sender's signed list of the files that it sends: the receiver can prove it.
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

/// One original file, as the clinic has it.
public struct ManifestEntry: Sendable, Hashable {
    static let maximumPathByteCount = 1_024

    /// Relative, components joined by `/`; never absolute, never with `.` or `..`. Up to 1024 UTF-8 bytes.
    public let path: String
    public let byteCount: UInt64
    public let digest: ContentDigest
    public let attributes: ManifestAttributes

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when the path could lead anywhere but below a directory.
    public init(
        path: String, byteCount: UInt64, digest: ContentDigest, attributes: ManifestAttributes = .none
    ) throws(ProtocolError) {
        // By bytes, as the file system does it: to Swift a "/" with a combining mark behind it is another character.
        let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...Self.maximumPathByteCount).contains(path.utf8.count), !path.utf8.contains(0),
            components.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
        else {
            throw ProtocolError(
                .manifestInvalid, "this path is not one of a file below the study's folder", subject: PlainText.harmless(path))
        }
        self.path = path
        self.byteCount = byteCount
        self.digest = digest
        self.attributes = attributes
    }
}

/// The places of a manifest's parts in its bytes, found without decoding any of them: of empty entries there could be millions.
struct ManifestLayout {
    /// Numbers of fields in `veilray.proto`.
    private enum WireField {
        static let entries: UInt64 = 5
        static let attributes: UInt64 = 6
        static let attributesOfEntry: UInt64 = 4
    }

    /// Bytes of memory that an entry takes beside its text, and an attribute: strings, arrays and their headers, about.
    private static let memory = (entry: 200, attribute: 64)

    /// Of each entry, its bytes.
    let entries: [Range<Int>]
    /// Everything else, the fields one behind the other.
    let head: [UInt8]
    /// The memory that the manifest takes once it is decoded, in bytes, about.
    let memoryBytes: Int

    /// `nil` when the bytes are no fields, hold groups, which `veilray.proto` has none of, or list more entries or attributes than a manifest may.
    init?(of body: [UInt8]) {
        var walk = FieldWalk(body)
        var (entries, head): ([Range<Int>], [UInt8]) = ([], [])
        var (attributes, attributesOfStudy) = (0, 0)
        while let field = walk.next() {
            guard field.kind != .group else { return nil }
            guard field.number == WireField.entries, field.kind == .delimited else {
                if field.number == WireField.attributes { attributesOfStudy += 1 }
                guard attributesOfStudy <= ManifestAttributes.maximumStudyCount else { return nil }
                head += body[field.extent]
                continue
            }
            let most = ManifestAttributes.maximumInstanceCount
            guard entries.count < SessionLimits.instances.upperBound,
                let count = FieldWalk.count(of: WireField.attributesOfEntry, in: body, field.payload, limit: most)
            else { return nil }
            attributes += count
            entries.append(field.payload)
        }
        guard !walk.isBroken else { return nil }
        self.entries = entries
        self.head = head
        // As it was signed, and its texts once more.
        memoryBytes = 2 * body.count + Self.memory.entry * entries.count + Self.memory.attribute * attributes
    }
}
