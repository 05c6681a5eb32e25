import Crypto
import Foundation
import Testing

@testable import Protocol

@Suite struct KeyQualityTests {
    /// Encodings of points of small order, canonical and not, with either sign: table 6 of "Taming the many EdDSAs" (2020), which is also the
    /// list that libsodium refuses.
    private static let smallOrder = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ]

    /// X25519's points of small order: libsodium's list.
    private static let lowOrder = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    private func bytes(_ digits: String) -> [UInt8] {
        stride(from: 0, to: digits.count, by: 2).compactMap { place in
            let start = digits.index(digits.startIndex, offsetBy: place)
            return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
        }
    }

    @Test(arguments: smallOrder) func pointsOfSmallOrderAreRefused(_ key: String) {
        #expect(bytes(key).count == 32)
        #expect(!KeyQuality.isSound(signingKey: bytes(key)))
    }

    /// p + 2 … p + 18, and other lengths.
    @Test func otherEncodingsThatNobodyWrites() {
        for low in UInt8(0xEF)...0xFF {
            #expect(!KeyQuality.isSound(signingKey: [low] + Array(repeating: 0xFF, count: 30) + [0x7F]))
        }
        #expect(!KeyQuality.isSound(signingKey: []))
        #expect(!KeyQuality.isSound(signingKey: Array(repeating: 9, count: 31)))
    }

    @Test func otherKeysAreNot() {
        // RFC 8032 §7.1, tests 1 and 2; p − 2 is no small one either.
        for key in [
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ] { #expect(KeyQuality.isSound(signingKey: bytes(key))) }
        for _ in 0..<50 {
            #expect(KeyQuality.isSound(signingKey: Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)))
        }
    }

    @Test(arguments: lowOrder) func sealingKeysWithoutASecretAreRefused(_ key: String) throws {
        var raw = People.clinic.sealingKey.publicKey.rawRepresentation
        raw.replaceSubrange(1184..., with: bytes(key))
        #expect(try !KeyQuality.isSound(sealingKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: raw)))
    }

    /// FIPS 203 §7.2: a coefficient of q or more.
    @Test func sealingKeysOutOfRangeAreRefused() throws {
        var raw = People.clinic.sealingKey.publicKey.rawRepresentation
        #expect(try KeyQuality.isSound(sealingKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: raw)))
        raw[0] = 0xFF
        raw[1] |= 0x0F
        #expect(try !KeyQuality.isSound(sealingKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: raw)))
    }

    /// A card of the point of order 1, with the signature that verifies under it for every text: R = 8·(0, 1) and S = 0.
    @Test func aCardThatAnybodyCanSign() throws {
        let identityPoint = [UInt8(1)] + Array(repeating: 0, count: 31)
        var body = try WireCardBody(serializedBytes: People.clinic.card().statement.body)
        body.signingKey = Data(identityPoint)
        let statement = SignedStatement(
            body: try Serialization.bytes(of: body), signature: identityPoint + Array(repeating: UInt8(0), count: 32))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: identityPoint)
        #expect(statement.isValid(kind: .card, key: key), "or the attack would not be one")
        expect(.weakKey) { try Card(statement) }
    }

    @Test func aCardToWhichNothingCanBeSealed() throws {
        var body = try WireCardBody(serializedBytes: People.clinic.card().statement.body)
        body.sealingKey.replaceSubrange(body.sealingKey.endIndex - 32..<body.sealingKey.endIndex, with: Data(count: 32))
        let statement = try SignedStatement(
            signing: Serialization.bytes(of: body), kind: .card, key: People.clinic.signingKey)
        expect(.weakKey) { try Card(statement) }
    }
}
