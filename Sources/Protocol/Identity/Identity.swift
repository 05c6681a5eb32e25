import Basics
import Crypto
import Foundation

/// Who this side is: a name, the key it signs with, the key others seal to, and the certificate it shows in TLS.
///
/// ```swift
/// let identity = try Identity.create(name: PeerName("Rural Clinic"))
/// try identity.save(to: home)
/// print(identity.fingerprint)
/// ```
public struct Identity: Sendable {
    public let name: PeerName
    /// X.509, DER. Its public key is that of `signingKey`.
    public let certificateDER: [UInt8]
    /// Signs cards, handshakes, manifests and receipts.
    let signingKey: Curve25519.Signing.PrivateKey
    /// Opens capsules.
    let sealingKey: XWingMLKEM768X25519.PrivateKey

    /// Makes new keys and a certificate that is valid for ten years from a day before `date` (clocks differ).
    ///
    /// - Throws: ``ProtocolError/Code/keyFileDamaged`` should the system's cryptography fail.
    public static func create(name: PeerName, date: Date = Date()) throws(ProtocolError) -> Identity {
        let signingKey = Curve25519.Signing.PrivateKey()
        do {
            let sealingKey = try XWingMLKEM768X25519.PrivateKey()
            let fingerprint = Fingerprint(
                signingKey: Array(signingKey.publicKey.rawRepresentation), sealingKey: Array(sealingKey.publicKey.rawRepresentation))
            let certificate = try CertificateIssuer.selfSigned(name: name, fingerprint: fingerprint, key: signingKey, date: date)
            return Identity(name: name, certificateDER: certificate, signingKey: signingKey, sealingKey: sealingKey)
        } catch {
            throw ProtocolError(.keyFileDamaged, "keys or certificate could not be made: \(error)")
        }
    }

    public var fingerprint: Fingerprint {
        Fingerprint(
            signingKey: Array(signingKey.publicKey.rawRepresentation), sealingKey: Array(sealingKey.publicKey.rawRepresentation))
    }

    /// SHA-256 of the certificate's DER.
    public var certificateDigest: ContentDigest { ContentDigest(of: certificateDER) }

    /// For the TLS library.
    public var tlsCertificatePEM: String { Armour(label: "CERTIFICATE", payload: certificateDER).text }

    /// The Ed25519 key as PKCS #8 (RFC 8410 §7), for the TLS library. A secret: never log it.
    public var tlsPrivateKeyPEM: String {
        Armour(label: KeyEncoding.signingLabel, payload: KeyEncoding.pkcs8(signingKey)).text
    }

    /// This identity's public half, signed by itself.
    public func card(address: PeerAddress? = nil, date: Date = Date()) throws(ProtocolError) -> Card {
        try Card(of: self, address: address, date: date)
    }
}

extension Identity: CustomStringConvertible, CustomReflectable {
    /// Name and fingerprint.
    public var description: String { "\(name) \(fingerprint)" }

    /// Keeps keys out of dumps and logs.
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "fingerprint": fingerprint]) }
}
