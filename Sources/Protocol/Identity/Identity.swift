import Basics
import Crypto
import Files
import Foundation
import Glibc

/// This side's identity: a name, the key it signs with, the key others seal to, and the certificate it shows in TLS.
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

extension Identity {
    private enum FileName {
        static let signingKey = "signing.key"
        static let sealingKey = "sealing.key"
        static let certificate = "certificate.pem"
    }

    /// Writes the identity, all of it or nothing. Private keys are never readable by others, not even for a moment.
    ///
    /// - Throws: ``ProtocolError/Code/identityExists`` when there is one already, which is left alone;
    ///   ``ProtocolError/Code/fileAccess``
    public func save(to home: Home) throws(ProtocolError) {
        try ProtectedFile.makeDirectory(home.configuration)
        let fresh = home.configuration.appending(path: ".identity-\(UUID().uuidString)", directoryHint: .isDirectory)
        try ProtectedFile.makeDirectory(fresh)
        do throws(ProtocolError) {
            try write(into: fresh)
            // rename(2) refuses to replace a directory that is not empty: two simultaneous calls cannot overwrite each other.
            guard rename(fresh.path, home.identity.path) == 0 else {
                if errno == ENOTEMPTY || errno == EEXIST { throw Self.exists(home) }
                throw ProtocolError(.fileAccess, "cannot be put in place: \(systemMessage(errno))", subject: home.identity.path)
            }
        } catch {
            try? FileManager.default.removeItem(at: fresh)
            throw error
        }
        try ProtectedFile.syncDirectory(home.configuration)
    }

    private func write(into directory: URL) throws(ProtocolError) {
        let signing = Array(tlsPrivateKeyPEM.utf8)
        try ProtectedFile.create(directory.appending(path: FileName.signingKey), signing)
        try ProtectedFile.create(directory.appending(path: FileName.sealingKey), Array(KeyEncoding.sealingText(sealingKey).utf8))
        try ProtectedFile.create(directory.appending(path: FileName.certificate), Array(tlsCertificatePEM.utf8))
        try ProtectedFile.syncDirectory(directory)
    }

    private static func exists(_ home: Home) -> ProtocolError {
        ProtocolError(
            .identityExists, "there is an identity here already; it is kept. Choose another home or move that directory away",
            subject: home.identity.path)
    }

    /// - Throws: ``ProtocolError/Code/identityMissing``, ``ProtocolError/Code/keyFilePermissions``,
    ///   ``ProtocolError/Code/keyFileDamaged``, ``ProtocolError/Code/fileAccess``
    public static func load(from home: Home) throws(ProtocolError) -> Identity {
        let signingKey = try secret(FileName.signingKey, home, KeyEncoding.signingKey)
        let sealingKey = try secret(FileName.sealingKey, home, KeyEncoding.sealingKey)
        let file = home.identity.appending(path: FileName.certificate)
        guard let bytes = try ProtectedFile.read(file) else { throw missing(home) }
        guard let armour = try? Armour(reading: String(decoding: bytes, as: UTF8.self), label: "CERTIFICATE"),
            let certificate = CertificateFacts(der: armour.payload), let name = try? PeerName(found: certificate.commonName),
            certificate.publicKey == Array(signingKey.publicKey.rawRepresentation), certificate.isSelfSigned
        else { throw damaged(file) }
        return Identity(name: name, certificateDER: armour.payload, signingKey: signingKey, sealingKey: sealingKey)
    }

    private static func secret<Key>(
        _ fileName: String, _ home: Home, _ decode: (String) -> Key?
    ) throws(ProtocolError) -> Key {
        let file = home.identity.appending(path: fileName)
        guard let bytes = try ProtectedFile.readSecret(file) else { throw missing(home) }
        guard let key = decode(String(decoding: bytes, as: UTF8.self)) else { throw damaged(file) }
        return key
    }

    private static func missing(_ home: Home) -> ProtocolError {
        ProtocolError(.identityMissing, "there is no identity here; make one with the command 'init'", subject: home.identity.path)
    }

    private static func damaged(_ file: URL) -> ProtocolError {
        ProtocolError(.keyFileDamaged, "this file of the identity is damaged; restore the directory from its backup", subject: file.path)
    }
}

/// The services of an identity to marks that stay in an image. Its keys do not leave it.
extension Identity {
    /// The first eight bytes of the fingerprint: by them a verifier finds the card.
    public var markIdentifier: [UInt8] { fingerprint.shortIdentifier }

    /// An Ed25519 signature over a mark's message, 64 bytes.
    ///
    /// - Parameter message: begins with `veilray.`, which no ``SignedStatement`` does, so that neither passes for the other.
    /// - Throws: ``ProtocolError/Code/keyFileDamaged``
    public func markSignature(over message: [UInt8]) throws(ProtocolError) -> [UInt8] {
        guard message.starts(with: Array("veilray.".utf8)) else {
            throw ProtocolError(.keyFileDamaged, "this is no message of a mark, so it is not signed as one")
        }
        return try Signing.signature(over: message, key: signingKey)
    }

    /// 16 bytes that only this identity derives from a context, the same each time: HKDF-SHA256 (RFC 5869) of the signing key.
    public func markSecret(_ context: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: signingKey.rawRepresentation)
        let secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Array("veilray/1 mark secret".utf8) + [0] + context, outputByteCount: 16)
        return secret.withUnsafeBytes { Array($0) }
    }
}

extension Card {
    /// The first eight bytes of the fingerprint, which marks of this card's owner name.
    public var markIdentifier: [UInt8] { fingerprint.shortIdentifier }
}
