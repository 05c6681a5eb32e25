import Crypto
import Foundation

/// How private keys are written to files.
enum KeyEncoding {
    static let signingLabel = "PRIVATE KEY"
    static let sealingLabel = "VEILRAY SEALING KEY"

    /// SEQUENCE { version 0, AlgorithmIdentifier 1.3.101.112, OCTET STRING { OCTET STRING of 32 bytes } } (RFC 8410 §7).
    private static let pkcs8Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    /// 32-byte seed and the SHA3-256 of the public key.
    private static let sealingByteCount = 64

    static func pkcs8(_ key: Curve25519.Signing.PrivateKey) -> [UInt8] {
        pkcs8Prefix + Array(key.rawRepresentation)
    }

    static func signingKey(text: String) -> Curve25519.Signing.PrivateKey? {
        guard let armour = try? Armour(reading: text, label: signingLabel),
            armour.payload.starts(with: pkcs8Prefix), armour.payload.count == pkcs8Prefix.count + 32
        else { return nil }
        return try? Curve25519.Signing.PrivateKey(rawRepresentation: armour.payload.dropFirst(pkcs8Prefix.count))
    }

    static func sealingText(_ key: XWingMLKEM768X25519.PrivateKey) -> String {
        Armour(label: sealingLabel, payload: Array(key.integrityCheckedRepresentation)).text
    }

    static func sealingKey(text: String) -> XWingMLKEM768X25519.PrivateKey? {
        guard let armour = try? Armour(reading: text, label: sealingLabel), armour.payload.count == sealingByteCount else { return nil }
        return try? XWingMLKEM768X25519.PrivateKey(integrityCheckedRepresentation: Data(armour.payload))
    }
}
