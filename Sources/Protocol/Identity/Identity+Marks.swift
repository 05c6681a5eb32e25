import Crypto
import Foundation

/// What marks that stay in an image need of an identity. Its keys do not leave it.
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
