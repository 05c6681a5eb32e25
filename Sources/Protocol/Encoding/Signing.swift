import Crypto

enum Signing {
    /// An Ed25519 signature, 64 bytes.
    static func signature(over bytes: [UInt8], key: Curve25519.Signing.PrivateKey) throws(ProtocolError) -> [UInt8] {
        do {
            return Array(try key.signature(for: bytes))
        } catch {
            throw ProtocolError(.keyFileDamaged, "the signing key could not sign; restore the identity from its backup")
        }
    }
}
