import Basics
import Crypto

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
