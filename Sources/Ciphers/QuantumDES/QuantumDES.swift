import Basics
import Crypto

/// `quantum-des`: DES in counter mode over the packed samples.
///
/// After Alowolodu and others: Medical Image Security Using Quantum Cryptography, IISIT 15 (2018). However the two sides agreed on the
/// key, DES has 56 bits of it, which a search finds (``DESKeySearch``), and blocks of 64 bits. A new key every 4 MiB changes nothing
/// of the former.
public struct QuantumDES: FrameCipher {
    public let name = CipherName.quantumDES.rawValue
    public let strength = CipherStrength.legacy("56 bits of key are searched")

    public init() {}

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        let byteCount = PackedSamples.byteCount(samples: frame.samples.count, bits: frame.bits)
        let stream = try LegacyCounterMode.stream(.des, byteCount: byteCount) { Self.key(key, segment: $0) }
        PackedSamples.combine(&frame.samples, bits: frame.bits, with: stream)
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) { try encrypt(&frame, key: key) }

    /// 8 bytes of odd parity.
    static func key(_ key: StageKey, segment: Int) -> [UInt8] {
        withOddParity(key.derivedBytes("des \(segment)", byteCount: 8))
    }

    /// The lowest bit of each byte set so that the byte has an odd number of ones (FIPS 46-3).
    static func withOddParity(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { byte in (byte & 0xFE) | UInt8(1 - (byte & 0xFE).nonzeroBitCount & 1) }
    }
}

/// A key that two parties got from key distribution hardware, and its number there.
public struct QuantumKey: Sendable, Equatable {
    public let identifier: String
    let secret: SymmetricKey

    /// - Parameter bytes: at least 16 bytes.
    /// - Throws: ``CipherError`` `invalidKey` for fewer.
    public init(identifier: String, bytes: [UInt8]) throws(CipherError) {
        guard bytes.count >= 16 else { throw CipherError(.invalidKey, "a quantum key of \(bytes.count) bytes is too short") }
        self.identifier = identifier
        secret = SymmetricKey(data: bytes)
    }

    /// HKDF-Extract(salt = this key, key material = a shared secret) (RFC 5869 section 2.2): secret as long as either of the two is.
    ///
    /// - Parameter sharedSecret: of a key agreement, HPKE's exporter for instance.
    public func mixed(into sharedSecret: SymmetricKey) -> SymmetricKey {
        secret.withUnsafeBytes { salt in
            SymmetricKey(data: HKDF<SHA256>.extract(inputKeyMaterial: sharedSecret, salt: Array(salt)))
        }
    }
}

extension QuantumKey {
    /// The first half of SHA-256 of the key's bytes in hexadecimal, by which two sides compare keys. It tells nobody the key.
    public var fingerprint: String {
        hexadecimal(secret.withUnsafeBytes { SHA256.hash(data: $0) }.prefix(16))
    }
}

extension QuantumKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "QuantumKey(secret, \(identifier))" }
    public var customMirror: Mirror { Mirror(self, children: ["identifier": identifier]) }
}
