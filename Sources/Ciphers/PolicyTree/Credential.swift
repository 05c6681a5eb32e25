import Crypto
import Foundation

/// An issuer's signed word that the holder of a key has an attribute until some time.
public struct Credential: Hashable, Sendable {
    public let attribute: String
    /// X25519, 32 bytes.
    public let holder: [UInt8]
    /// Seconds since 1970.
    public let validUntil: UInt64
    /// Ed25519, 64 bytes.
    public let signature: [UInt8]

    /// - Throws: ``CipherError`` `library`.
    public init(
        attribute: String, holder: Curve25519.KeyAgreement.PublicKey, validUntil: UInt64, issuer: Curve25519.Signing.PrivateKey
    ) throws(CipherError) {
        self.attribute = attribute
        self.holder = Array(holder.rawRepresentation)
        self.validUntil = validUntil
        do {
            signature = Array(try issuer.signature(for: Self.statement(attribute, self.holder, validUntil)))
        } catch {
            throw CipherError(.library, "Ed25519 refused to sign")
        }
    }

    /// A credential that came from elsewhere; it is judged when it is used.
    public init(attribute: String, holder: [UInt8], validUntil: UInt64, signature: [UInt8]) {
        (self.attribute, self.holder, self.validUntil, self.signature) = (attribute, holder, validUntil, signature)
    }

    func isValid(at time: UInt64, issuer: Curve25519.Signing.PublicKey) -> Bool {
        time <= validUntil && issuer.isValidSignature(Data(signature), for: Self.statement(attribute, holder, validUntil))
    }

    /// "veilray/1 credential" ‖ 00 ‖ holder ‖ time in 8 bytes, little endian ‖ attribute.
    private static func statement(_ attribute: String, _ holder: [UInt8], _ validUntil: UInt64) -> Data {
        Data(Array("veilray/1 credential".utf8) + [0] + holder + LittleEndian.bytes(validUntil) + Array(attribute.utf8))
    }
}
