import Basics
import Crypto
import Foundation

/// A peer's public identity: what one side gives to the other before they can talk.
///
/// Signed by the identity itself, so a card is whole or refused; that it belongs to the right person is what comparing the
/// fingerprint by another way (telephone, in person) is for.
public struct Card: Sendable, Hashable {
    public static let version: UInt32 = 1

    /// As the peer has written it: see ``PeerName/fault`` before anybody is trusted under it.
    public let name: PeerName
    /// X.509, DER; for the signing key.
    public let certificateDER: [UInt8]
    /// The certificate's own dates. TLS does not look at them: the certificate is pinned.
    public let certificateStart: Date
    public let certificateEnd: Date
    /// Where a receiver listens, when the card says so.
    public let address: PeerAddress?
    /// The time at which the peer signed it, by its own clock: of two cards of one identity the later one counts.
    public let created: Date
    public let fingerprint: Fingerprint
    /// Ed25519, 32 bytes.
    public let signingKeyBytes: [UInt8]
    /// X-Wing, 1216 bytes.
    public let sealingKeyBytes: [UInt8]
    /// The signed bytes, passed on as they came.
    let statement: SignedStatement

    /// SHA-256 of the certificate's DER: what TLS is pinned to.
    public var certificateDigest: ContentDigest { ContentDigest(of: certificateDER) }

    init(of identity: Identity, address: PeerAddress?, date: Date) throws(ProtocolError) {
        let body = WireCardBody.with {
            $0.version = Self.version
            $0.name = identity.name.text
            $0.signingKey = identity.signingKey.publicKey.rawRepresentation
            $0.sealingKey = identity.sealingKey.publicKey.rawRepresentation
            $0.certificate = Data(identity.certificateDER)
            $0.address = address?.description ?? ""
            $0.createdMilliseconds = Timestamp.milliseconds(date)
        }
        let bytes = try Serialization.bytes(of: body)
        try self.init(SignedStatement(signing: bytes, kind: .card, key: identity.signingKey))
    }

    /// Checks everything a card claims about itself.
    init(_ statement: SignedStatement) throws(ProtocolError) {
        guard let body = try? WireCardBody(serializedBytes: statement.body), body.version != 0 else { throw Self.damaged() }
        guard body.version == Self.version else { throw Self.unsupported(body.version) }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: body.signingKey),
            let sealingKey = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: body.sealingKey)
        else { throw Self.damaged() }
        guard KeyQuality.isSound(signingKey: Array(body.signingKey)) else { throw Self.weak("anybody can sign in the name of") }
        guard statement.isValid(kind: .card, key: key) else { throw Self.damaged() }
        guard KeyQuality.isSound(sealingKey: sealingKey) else { throw Self.weak("nothing can be kept secret for") }
        guard let name = try? PeerName(found: body.name),
            let created = Timestamp.date(milliseconds: body.createdMilliseconds),
            let certificate = CertificateFacts(der: Array(body.certificate)), certificate.publicKey == Array(body.signingKey)
        else { throw Self.damaged() }
        if body.address.isEmpty {
            address = nil
        } else {
            guard let address = try? PeerAddress(body.address) else { throw Self.damaged() }
            self.address = address
        }
        self.name = name
        self.created = created
        self.statement = statement
        certificateDER = Array(body.certificate)
        certificateStart = certificate.start
        certificateEnd = certificate.end
        signingKeyBytes = Array(body.signingKey)
        sealingKeyBytes = Array(body.sealingKey)
        fingerprint = Fingerprint(signingKey: signingKeyBytes, sealingKey: sealingKeyBytes)
    }

    static func damaged() -> ProtocolError {
        ProtocolError(.cardDamaged, "the card was changed on its way; ask for it again, as an attachment")
    }

    private static func weak(_ consequence: String) -> ProtocolError {
        ProtocolError(
            .weakKey,
            "the card's keys are worthless: \(consequence) whoever has them. No Veilray makes such a card; do not trust its sender")
    }

    static func unsupported(_ version: UInt32) -> ProtocolError {
        ProtocolError(
            .unsupportedCardVersion, "the card is of version \(version), this release reads version \(Self.version); upgrade Veilray")
    }
}

extension Card {
    /// Checks what the peer has signed.
    func verifies(_ statement: SignedStatement, kind: SignedStatement.Kind) -> Bool {
        guard let key = try? signingKey() else { return false }
        return statement.isValid(kind: kind, key: key)
    }

    func signingKey() throws(ProtocolError) -> Curve25519.Signing.PublicKey {
        do { return try Curve25519.Signing.PublicKey(rawRepresentation: signingKeyBytes) } catch { throw Self.damaged() }
    }

    func sealingKey() throws(ProtocolError) -> XWingMLKEM768X25519.PublicKey {
        do { return try XWingMLKEM768X25519.PublicKey(rawRepresentation: sealingKeyBytes) } catch { throw Self.damaged() }
    }
}

extension SignedStatement.Kind {
    static let card = SignedStatement.Kind("card")
}

extension Card {
    private static let label = "VEILRAY CARD"

    /// The card as text for a file or a mail. `docs/protocol/cards.md` has the grammar.
    public func text() throws(ProtocolError) -> String {
        Armour(label: Self.label, fields: readableFields, payload: try statement.serialized()).text
    }

    /// Reads a card out of a file's bytes: UTF-8, with a byte order mark or without.
    ///
    /// - Throws: as ``init(text:)`` does.
    public init(file bytes: [UInt8]) throws(ProtocolError) {
        // The byte order marks of UTF-16, in which some programs for Windows write text.
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw ProtocolError(.notACard, "this is text in UTF-16; save it as UTF-8")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a card out of a file's or a mail's text.
    ///
    /// - Throws: ``ProtocolError/Code/notACard``, ``ProtocolError/Code/cardTruncated``, ``ProtocolError/Code/cardDamaged``,
    ///   ``ProtocolError/Code/unsupportedCardVersion``, ``ProtocolError/Code/weakKey``
    public init(text: String) throws(ProtocolError) {
        let armour: Armour
        do {
            armour = try Armour(reading: text, label: Self.label)
        } catch {
            throw Self.failure(error)
        }
        if let version = armour.fields.first(where: { $0.name == "Version" }).flatMap({ UInt32($0.value) }), version != Self.version {
            throw Self.unsupported(version)
        }
        guard let statement = SignedStatement(serialized: armour.payload) else { throw Self.damaged() }
        try self.init(statement)
        // What people read must be what was signed, or a changed line could introduce a stranger under a friend's name.
        guard armour.fields == readableFields else { throw Self.damaged() }
    }

    private var readableFields: [Armour.Field] {
        var fields = [
            Armour.Field(name: "Version", value: String(Self.version)),
            Armour.Field(name: "Name", value: name.text),
        ]
        if let address { fields.append(Armour.Field(name: "Address", value: address.description)) }
        fields.append(Armour.Field(name: "Created", value: Timestamp.text(created)))
        fields.append(Armour.Field(name: "Fingerprint", value: fingerprint.description))
        return fields
    }

    private static func failure(_ failure: Armour.Failure) -> ProtocolError {
        switch failure {
        case .absent: ProtocolError(.notACard, "there is no Veilray card in this text; it begins with -----BEGIN \(label)-----")
        case .truncated: ProtocolError(.cardTruncated, "the card ends before its last line; copy all of it up to -----END \(label)-----")
        case .damaged: damaged()
        }
    }
}
