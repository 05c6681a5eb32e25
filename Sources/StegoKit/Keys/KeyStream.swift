import Crypto
import CryptoExtras
import FoundationEssentials

/// AES-256 in counter mode (NIST SP 800-38A) as a source of key stream.
enum KeyStream {
    /// The first `byteCount` bytes of the stream.
    ///
    /// - Parameter nonce: 12 bytes; the block counter behind it is 32 bits, big endian, from 0: a key and nonce give 64 GiB.
    static func bytes(_ byteCount: Int, key: SymmetricKey, nonce: [UInt8]) -> [UInt8] {
        combined([UInt8](repeating: 0, count: byteCount), key: key, nonce: nonce)
    }

    /// The bytes XOR the stream; the same call takes it off again.
    static func combined(_ bytes: [UInt8], key: SymmetricKey, nonce: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        do {
            return [UInt8](try AES._CTR.encrypt(bytes, using: key, nonce: AES._CTR.Nonce(nonceBytes: nonce)))
        } catch {
            // swift-crypto throws here for nothing but a wrong nonce or key length, and both are constants of this module.
            fatalError("AES-CTR refused a 12-byte nonce or a 32-byte key: \(error)")
        }
    }
}
