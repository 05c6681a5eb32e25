import Crypto
import Foundation

/// HPKE in base mode (RFC 9180) with X-Wing (ML-KEM-768 and X25519), HKDF-SHA-256 and AES-256-GCM.
///
/// What was recorded today stays closed when one of the two key agreements falls.
enum HybridEncryption {
    static let ciphersuite = HPKE.Ciphersuite.XWingMLKEM768X25519_SHA256_AES_GCM_256
    static let encapsulatedKeyByteCount = 1120
    static let publicKeyByteCount = 1216
    static let studyKeyByteCount = 32
    /// The study key and the GCM tag.
    static let sealedStudyKeyByteCount = 48

    struct Sealed: Sendable, Hashable {
        var encapsulatedKey: [UInt8]
        var ciphertext: [UInt8]
    }

    static func seal(
        _ studyKey: SymmetricKey, to recipient: XWingMLKEM768X25519.PublicKey, info: [UInt8], authenticating: [UInt8]
    ) throws(ProtocolError) -> Sealed {
        guard studyKey.bitCount == studyKeyByteCount * 8 else { throw .misuse("a study key has 256 bits") }
        do {
            var sender = try HPKE.Sender(recipientKey: recipient, ciphersuite: ciphersuite, info: Data(info))
            let ciphertext = try studyKey.withUnsafeBytes { try sender.seal($0, authenticating: authenticating) }
            return Sealed(encapsulatedKey: Array(sender.encapsulatedKey), ciphertext: Array(ciphertext))
        } catch {
            throw ProtocolError(.cardDamaged, "nothing can be sealed to the peer's key; ask for its card again")
        }
    }

    /// `nil` when anything at all is not as it was sealed.
    static func open(
        _ sealed: Sealed, with key: XWingMLKEM768X25519.PrivateKey, info: [UInt8], authenticating: [UInt8]
    ) -> SymmetricKey? {
        guard sealed.encapsulatedKey.count == encapsulatedKeyByteCount, sealed.ciphertext.count == sealedStudyKeyByteCount else {
            return nil
        }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: key, ciphersuite: ciphersuite, info: Data(info), encapsulatedKey: Data(sealed.encapsulatedKey))
            return SymmetricKey(data: try recipient.open(sealed.ciphertext, authenticating: authenticating))
        } catch {
            return nil
        }
    }
}
