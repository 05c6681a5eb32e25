import Crypto
import Testing

@testable import Ciphers

@Suite("Signcryption")
struct SigncryptionTests {
    @Test("binds sender and receiver, and only the sender signs")
    func parties() throws {
        let signer = Curve25519.Signing.PrivateKey()
        let receiver = [UInt8](repeating: 7, count: 32)
        let key = try CipherInputs.key(1)
        let plane = try CipherInputs.image(width: 10, height: 10, bits: 8)
        let sending = try BlowfishSigncryption(parties: .init(signer: signer, receiver: receiver), optimiser: nil)
        let sealed = try sending.encrypt(plane, key: key)
        let receiving = try BlowfishSigncryption(parties: .init(sender: signer.publicKey, receiver: receiver), optimiser: nil)
        #expect(try receiving.decrypt(sealed, key: key) == plane)
        #expect(throws: CipherError.self) { try receiving.encrypt(plane, key: key) }
        let elsewhere = try BlowfishSigncryption(parties: .init(sender: signer.publicKey, receiver: [1]), optimiser: nil)
        #expect(throws: CipherError(.notAuthentic, "another key or sender, or changed bytes")) { try elsewhere.decrypt(sealed, key: key) }
        let stranger = try BlowfishSigncryption(
            parties: .init(sender: Curve25519.Signing.PrivateKey().publicKey, receiver: receiver), optimiser: nil)
        #expect(throws: CipherError.self) { try stranger.decrypt(sealed, key: key) }
    }
}

@Suite("Counter mode of 64-bit blocks")
struct LegacyCounterModeTests {
    @Test("takes a new key every 4 MiB")
    func segments() throws {
        let segment = LegacyCounterMode.segmentByteCount
        var asked: [Int] = []
        let stream = try LegacyCounterMode.stream(.blowfish, byteCount: segment + 12) {
            asked.append($0)
            return [UInt8](repeating: UInt8($0), count: 16)
        }
        #expect(asked == [0, 1])
        #expect(stream.count == segment + 12)
        var second = [UInt8](repeating: 0, count: 7) + [0]
        try LegacyBlockCipher(.blowfish, key: [UInt8](repeating: 1, count: 16)).encrypt(&second)
        #expect(Array(stream[segment..<segment + 8]) == second)
    }
}
