import Basics
import Foundation

/// A clinic's signed statement that a person there knows of a reply: who, as what, when, and in which words.
public struct Acknowledgement: Sendable, Hashable {
    private static let label = "VEILRAY ACKNOWLEDGEMENT"
    /// In bytes of UTF-8.
    public static let maximumByteCount = (name: 256, readBack: 4_096)

    /// The transfer of the reply.
    public let reply: TransferID
    /// SHA-256 of the reply's manifest.
    public let manifestDigest: ContentDigest
    public let person: String
    /// The person's role at the clinic: physician on call, nurse, …
    public let role: String
    /// The finding in the person's own words.
    public let readBack: String?
    /// By the clinic's clock.
    public let time: Date
    /// The time at which the reply had arrived whole, by the same clock.
    public let received: Date?
    /// The clinic.
    public let signer: Fingerprint
    let statement: SignedStatement

    private enum Name {
        static let reply: AttributeName = "reply"
        static let manifest: AttributeName = "manifest"
        static let person: AttributeName = "person"
        static let role: AttributeName = "role"
        static let readBack: AttributeName = "read-back"
        static let time: AttributeName = "time"
        static let received: AttributeName = "received"
        static let signer: AttributeName = "signer"
    }

    /// Signs.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid`` for names that are empty, too long or no plain text.
    public init(
        of reply: Manifest, person: String, role: String, readBack: String? = nil, received: Date? = nil, signedBy identity: Identity,
        date: Date = Date()
    ) throws(ProtocolError) {
        var attributes = [
            try ManifestAttribute(Name.reply, .data(reply.transferID.bytes)),
            try ManifestAttribute(Name.manifest, .data(reply.digest.bytes)),
            try ManifestAttribute(Name.person, .text(person)), try ManifestAttribute(Name.role, .text(role)),
            try ManifestAttribute(Name.time, .time(date)), try ManifestAttribute(Name.signer, .data(identity.fingerprint.bytes)),
        ]
        if let readBack { attributes.append(try ManifestAttribute(Name.readBack, .text(readBack))) }
        if let received { attributes.append(try ManifestAttribute(Name.received, .time(received))) }
        let body = try ManifestAttributes(attributes).serialized()
        try self.init(reading: SignedStatement(signing: body, kind: .acknowledgement, by: identity))
    }

    /// Takes one that came from a peer, as ``serialized()`` has it.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/receiptInvalid``
    public init(serialized bytes: [UInt8], signedBy card: Card) throws(ProtocolError) {
        guard let statement = SignedStatement(serialized: bytes) else { throw Self.invalid("it is damaged") }
        guard statement.isSigned(by: card, kind: .acknowledgement) else {
            throw ProtocolError(.badSignature, "the acknowledgement is not signed by this peer", subject: card.name.text)
        }
        try self.init(reading: statement)
        guard signer == card.fingerprint else { throw Self.invalid("it names another signer") }
    }

    private init(reading statement: SignedStatement) throws(ProtocolError) {
        do throws(ProtocolError) {
            let attributes = try ManifestAttributes(serialized: statement.body)
            guard let reply = try attributes.transfer(Name.reply), let digest = try attributes.digest(Name.manifest),
                let person = try attributes.text(Name.person), let role = try attributes.text(Name.role),
                let time = try attributes.time(Name.time),
                let signer = try attributes.data(Name.signer).flatMap({ Fingerprint(bytes: $0) })
            else { throw Self.invalid("a part of it is missing") }
            (self.reply, manifestDigest, self.person, self.role, self.time, self.signer) = (reply, digest, person, role, time, signer)
            readBack = try attributes.text(Name.readBack)
            received = try attributes.time(Name.received)
        } catch {
            throw error.code == .receiptInvalid ? error : Self.invalid(error.reason)
        }
        self.statement = statement
        let limits = Self.maximumByteCount
        for text in [person, role] {
            guard (1...limits.name).contains(text.utf8.count), text.unicodeScalars.allSatisfy(PlainText.isHarmless) else {
                throw Self.invalid("a name in it is empty, too long or no plain text")
            }
        }
        guard (readBack?.utf8.count ?? 0) <= limits.readBack else { throw Self.invalid("its text is too long") }
    }

    /// The form in which it travels and is kept.
    public func serialized() throws(ProtocolError) -> [UInt8] { try statement.serialized() }

    /// The attribute of a manifest that carries it, when it travels with a study.
    static let attribute: AttributeName = "acknowledgement"

    /// The attributes that a sink understands which takes acknowledgements.
    public static let understood: Set<AttributeName> = [attribute]

    /// For the manifest of the study that it travels with. Critical: whoever does not know it would file the study and tell nobody.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``, which the limits exclude.
    public func manifestAttribute() throws(ProtocolError) -> ManifestAttribute {
        try ManifestAttribute(Self.attribute, .data(serialized()), isCritical: true)
    }

    /// The one that came with a manifest; `nil` when there is none.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/receiptInvalid``, ``ProtocolError/Code/manifestInvalid``
    public init?(_ manifest: Manifest, signedBy card: Card) throws(ProtocolError) {
        guard let bytes = try manifest.attributes.data(Self.attribute) else { return nil }
        try self.init(serialized: bytes, signedBy: card)
    }

    /// Makes sure that it is about this reply.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid``
    public func check(acknowledges manifest: Manifest) throws(ProtocolError) {
        guard reply == manifest.transferID, manifestDigest == manifest.digest else {
            throw ProtocolError(.receiptInvalid, "the acknowledgement is about another reply", subject: manifest.transferID.description)
        }
    }

    /// For a file that can be verified later, by anyone with the clinic's card.
    public func text() throws(ProtocolError) -> String {
        var fields = [
            Armour.Field(name: "Reply", value: reply.description), Armour.Field(name: "Manifest", value: manifestDigest.description),
            Armour.Field(name: "By", value: "\(person), \(role)"), Armour.Field(name: "Time", value: Timestamp.text(time)),
        ]
        if let readBack { fields.append(Armour.Field(name: "Read back", value: PlainText.harmless(readBack))) }
        fields.append(Armour.Field(name: "Signer", value: signer.description))
        return Armour(label: Self.label, fields: fields, payload: try statement.serialized()).text
    }

    /// Reads ``text()`` and verifies it. Trust what this returns, not the lines in the file.
    ///
    /// - Throws: ``ProtocolError/Code/receiptInvalid``, ``ProtocolError/Code/badSignature``
    public init(text: String, signedBy card: Card) throws(ProtocolError) {
        guard let armour = try? Armour(reading: text, label: Self.label) else {
            throw Self.invalid("there is none in this text")
        }
        try self.init(serialized: armour.payload, signedBy: card)
    }

    private static func invalid(_ what: String) -> ProtocolError {
        ProtocolError(.receiptInvalid, "the acknowledgement cannot be used: \(what)")
    }
}

extension SignedStatement.Kind {
    static let acknowledgement = SignedStatement.Kind("acknowledgement")
}
