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
