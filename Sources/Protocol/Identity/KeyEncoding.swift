import Crypto
import Foundation

/// The encoding of private keys in files.
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

/// Public keys that prove or protect nothing, whoever holds the private one.
enum KeyQuality {
    /// p = 2²⁵⁵ − 19, little endian.
    private static let fieldPrime: [UInt8] = [0xED] + Array(repeating: 0xFF, count: 30) + [0x7F]

    /// The y coordinates of the eight points of small order, little endian, without the sign of x (J. Chalkias, F. Garillot, V. Nikolaenko,
    /// "Taming the many EdDSAs", 2020, table 6a): 0, 1, −1 and the two of order 8.
    private static let smallOrderOrdinates: Set<[UInt8]> = [
        Array(repeating: 0, count: 32),
        [1] + Array(repeating: 0, count: 31),
        [0xEC] + Array(repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05, 0xD3,
            0xC6,
            0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA, 0x2C,
            0x39,
            0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]

    /// Whether signatures by this Ed25519 key mean something: with a point of small order anybody can sign (RFC 8032 §8.9 leaves such keys to
    /// the application). A coordinate that is not reduced (RFC 8032 §5.1.3) is another text of the same key.
    static func isSound(signingKey: [UInt8]) -> Bool {
        guard signingKey.count == 32 else { return false }
        var ordinate = signingKey
        ordinate[31] &= 0x7F
        return !smallOrderOrdinates.contains(ordinate) && isReduced(ordinate)
    }

    /// Whether a number below 2²⁵⁵, little endian, is below p.
    private static func isReduced(_ number: [UInt8]) -> Bool {
        zip(number, fieldPrime).reversed().first { $0 != $1 }.map { $0 < $1 } ?? false
    }

    /// Whether something can be sealed to this X-Wing key: its ML-KEM half has coefficients below q (FIPS 203 §7.2), and its X25519 half is of
    /// no small order, with which the shared secret is 0 whoever computes it (RFC 7748 §6.1). Tries it.
    static func isSound(sealingKey: XWingMLKEM768X25519.PublicKey) -> Bool {
        (try? sealingKey.encapsulate()) != nil
    }
}
