import Crypto
import Foundation

/// A peer's public identity: what one side gives to the other before they can talk.
///
/// Signed by the identity itself, so a card is whole or refused; that it belongs to the right person is what comparing the
/// fingerprint by another way (telephone, in person) is for.
public struct Card: Sendable, Hashable {
    public static let version: UInt32 = 1

    public let name: PeerName
    /// X.509, DER; for the signing key.
    public let certificateDER: [UInt8]
    /// Where a receiver listens, when the card says so.
    public let address: PeerAddress?
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
            statement.isValid(kind: .card, key: key),
            (try? XWingMLKEM768X25519.PublicKey(rawRepresentation: body.sealingKey)) != nil,
            let name = try? PeerName(body.name),
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
        signingKeyBytes = Array(body.signingKey)
        sealingKeyBytes = Array(body.sealingKey)
        fingerprint = Fingerprint(signingKey: signingKeyBytes, sealingKey: sealingKeyBytes)
    }

    static func damaged() -> ProtocolError {
        ProtocolError(.cardDamaged, "the card was changed on its way; ask for it again, as an attachment")
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
