import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes the certificate that an identity shows in TLS.
enum CertificateIssuer {
    private static let validity: TimeInterval = 3652 * 86_400
    private static let clockTolerance: TimeInterval = 86_400

    /// Self-signed with Ed25519 (RFC 8410), for TLS servers and clients. Peers pin it, so no authority and no host name is involved;
    /// the name is there for people who look at it with other tools.
    ///
    /// - Parameter fingerprint: of the identity; with the name it stands there as a claim (``CertificateClaim``).
    static func selfSigned(
        name: PeerName, fingerprint: Fingerprint, key: Curve25519.Signing.PrivateKey, date: Date
    ) throws -> [UInt8] {
        let subject = try DistinguishedName { CommonName(name.text) }
        let issuerKey = Certificate.PrivateKey(key)
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: issuerKey.publicKey,
            notValidBefore: date - clockTolerance,
            notValidAfter: date + validity,
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ed25519,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
                SubjectKeyIdentifier(hash: issuerKey.publicKey)
                SubjectAlternativeNames([
                    alternativeName(name),
                    .uniformResourceIdentifier(CertificateClaim(fingerprint: fingerprint, name: name).text),
                ])
            },
            issuerPrivateKey: issuerKey
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    private static func alternativeName(_ name: PeerName) -> GeneralName {
        name.isHostName ? .dnsName(name.text) : .uniformResourceIdentifier("veilray:\(name.fileName)")
    }
}

/// The facts that this module needs of an X.509 certificate.
struct CertificateFacts {
    let commonName: String
    /// Ed25519, 32 bytes.
    let publicKey: [UInt8]
    /// Its validity.
    let start: Date
    let end: Date
    /// Whether its own key has signed it, as it is.
    let isSelfSigned: Bool

    /// `nil` when `der` is no certificate for an Ed25519 key with a common name.
    init?(der: [UInt8]) {
        guard let certificate = try? Certificate(derEncoded: der),
            let key = Curve25519.Signing.PublicKey(certificate.publicKey)
        else { return nil }
        let names = certificate.subject.flatMap { $0 }.filter { $0.type == .RDNAttributeType.commonName }
        guard let name = names.first.flatMap({ String($0.value) }) else { return nil }
        commonName = name
        publicKey = Array(key.rawRepresentation)
        start = certificate.notValidBefore
        end = certificate.notValidAfter
        isSelfSigned = certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }
}

/// The identity that a certificate claims: for telling a person of somebody who was turned away. It proves nothing.
///
/// An identity's certificate holds the text `veilray:card/<fingerprint>/<name>/` as a subject alternative name (a URI), the name with
/// `%XX` for whatever is no ASCII letter, digit, `-` or `_`. A stranger's certificate is not parsed for it: the text is searched for
/// among its bytes, and only text of exactly this form is taken.
public struct CertificateClaim: Sendable, Hashable {
    private static let prefix = "veilray:card/"
    /// Bytes of a certificate that are searched; an identity's has about 600.
    private static let searchedByteCount = 16_384
    /// Characters of a fingerprint: eight groups of five and seven hyphens.
    private static let fingerprintLength = 47

    public let fingerprint: Fingerprint
    public let name: PeerName

    init(fingerprint: Fingerprint, name: PeerName) {
        self.fingerprint = fingerprint
        self.name = name
    }

    /// As it stands in a certificate.
    var text: String { "\(Self.prefix)\(fingerprint)/\(name.fileName)/" }

    /// `nil` where there is no such text: an identity that an older release made, or another program's certificate.
    ///
    /// - Parameter certificateDER: of anybody.
    public init?(certificateDER: [UInt8]) {
        let bytes = certificateDER.prefix(Self.searchedByteCount)
        guard let start = bytes.firstRange(of: Array(Self.prefix.utf8))?.upperBound else { return nil }
        let claim = bytes[start...]
        let fingerprintBytes = claim.prefix(Self.fingerprintLength)
        let rest = claim.dropFirst(Self.fingerprintLength)
        guard rest.first == UInt8(ascii: "/"), let text = String(validating: fingerprintBytes, as: UTF8.self),
            let fingerprint = try? Fingerprint(text), fingerprint.description == text
        else { return nil }
        let nameBytes = rest.dropFirst().prefix(PeerName.maximumByteCount * 3 + 1).prefix(while: Self.isOfName)
        guard bytes[nameBytes.endIndex...].first == UInt8(ascii: "/"),
            let name = PeerName(fileName: String(decoding: nameBytes, as: UTF8.self))
        else { return nil }
        self.init(fingerprint: fingerprint, name: name)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
