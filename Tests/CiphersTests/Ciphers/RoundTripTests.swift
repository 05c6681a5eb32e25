import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

@Suite("Every cipher")
struct RoundTripTests {
    /// How many shapes each cipher gets: together more than 10,000. Modular and Paillier arithmetic is slow.
    static func count(_ label: String) -> Int {
        label.hasSuffix("modular") || label.hasSuffix("paillier") ? 12 : label.hasPrefix("policy") ? 120 : 600
    }

    @Test("gives back every bit, for random shapes, depths and keys", arguments: everyCipher.map(\.label))
    func roundTrip(label: String) throws {
        let cipher = try #require(everyCipher.first { $0.label == label }).cipher
        var generator = SplitMix64(seed: 21)
        let isSlow = Self.count(label) < 100
        for _ in 0..<Self.count(label) {
            let plane = try CipherInputs.plane(&generator, largest: isSlow ? 6 : 24)
            let key = try StageKey(bytes: generator.bytes(32))
            let ciphertext = try cipher.encrypt(plane, key: key)
            if case .plane(let inPlace) = ciphertext, !label.hasSuffix("border") {
                #expect(inPlace.samples.allSatisfy { $0 & ~plane.mask == 0 })
                #expect(
                    (inPlace.width, inPlace.height, inPlace.channels, inPlace.frames) == (
                        plane.width, plane.height, plane.channels, plane.frames
                    ))
                #expect((inPlace.bits, inPlace.isSigned) == (plane.bits, plane.isSigned))
            }
            #expect(try cipher.decrypt(ciphertext, key: key) == plane, "\(label) \(plane.width)×\(plane.height), \(plane.bits) bits")
        }
    }

    @Test("gives back every bit of a larger image of every depth", arguments: CipherName.allCases)
    func everyDepth(name: CipherName) throws {
        for bits in 1...16 {
            let plane = try CipherInputs.image(width: 131, height: 97, bits: bits)
            let key = try CipherInputs.key(UInt64(bits))
            let cipher = CipherRegistry.cipher(name)
            let ciphertext = try cipher.encrypt(plane, key: key)
            if case .plane = ciphertext { #expect(CipherRegistry.makesPlanes(name)) } else { #expect(!CipherRegistry.makesPlanes(name)) }
            #expect(try cipher.decrypt(ciphertext, key: key) == plane)
        }
    }

    @Test("makes something else of an image, and something else under another key", arguments: everyCipher.map(\.label))
    func keysMatter(label: String) throws {
        let cipher = try #require(everyCipher.first { $0.label == label }).cipher
        let plane = try CipherInputs.image(width: 16, height: 16, bits: 12)
        let (one, other) = (
            try cipher.encrypt(plane, key: try CipherInputs.key(1)), try cipher.encrypt(plane, key: try CipherInputs.key(2))
        )
        #expect(one != .plane(plane))
        if label == "pixel-shuffle published" {
            #expect(one == other, "as published, no key is in it")
        } else {
            #expect(one != other)
        }
    }

    @Test("under a wrong key gives another image or a typed error", arguments: everyCipher.map(\.label))
    func wrongKey(label: String) throws {
        let cipher = try #require(everyCipher.first { $0.label == label }).cipher
        let plane = try CipherInputs.image(width: 12, height: 9, bits: 10)
        let ciphertext = try cipher.encrypt(plane, key: try CipherInputs.key(1))
        for seed in UInt64(2)..<12 {
            do throws(CipherError) {
                let opened = try cipher.decrypt(ciphertext, key: try StageKey(bytes: [UInt8](repeating: UInt8(seed), count: 32)))
                #expect(opened != plane || label == "pixel-shuffle published")
            } catch {
                #expect([.notAuthentic, .malformed, .notAuthorised, .invalidShape].contains(error.code), "\(error)")
            }
        }
    }

    @Test("judges damaged containers by typed errors", arguments: everyCipher.map(\.label))
    func damaged(label: String) throws {
        let cipher = try #require(everyCipher.first { $0.label == label }).cipher
        let key = try CipherInputs.key(5)
        let plane = try CipherInputs.image(width: 5, height: 4, bits: 9)
        guard case .container(let bytes) = try cipher.encrypt(plane, key: key) else {
            #expect(throws: CipherError.self) { try cipher.decrypt(.container([1, 2, 3]), key: key) }
            return
        }
        #expect(throws: CipherError.self) { try cipher.decrypt(.plane(plane), key: key) }
        for count in 0..<min(bytes.count, 400) {
            #expect(throws: CipherError.self) { try cipher.decrypt(.container(Array(bytes.prefix(count))), key: key) }
        }
        var generator = SplitMix64(seed: 6)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? cipher.decrypt(.container(damaged), key: key)
        }
    }

    @Test("authenticated ciphers notice every changed byte", arguments: [CipherName.aesGCM, .policyTree, .blowfishSigncryption])
    func authenticated(name: CipherName) throws {
        let key = try CipherInputs.key(7)
        let plane = try CipherInputs.image(width: 4, height: 3, bits: 8)
        let bytes = try CipherRegistry.cipher(name).encrypt(plane, key: key).container()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: CipherError.self, "byte \(index)") { try CipherRegistry.cipher(name).decrypt(.container(changed), key: key) }
        }
    }

    @Test("the registry knows the fifteen names, in their order")
    func names() throws {
        #expect(
            CipherName.allCases.map(\.rawValue) == [
                "pixel-shuffle", "triangular-propeller", "quantum-des", "homomorphic", "arnold-aes", "policy-tree", "chaotic-stream",
                "chaotic-block-shuffle", "subkey-rounds", "blowfish-signcryption", "huffman-blowfish", "aes-gcm", "permutation",
                "addition", "dna",
            ])
        for name in CipherName.allCases { #expect(try CipherRegistry.cipher(named: name.rawValue).name == name.rawValue) }
        #expect(throws: CipherError.self) { try CipherRegistry.cipher(named: "rot13") }
    }

    @Test("chains of ciphers are undone, and need one that protects")
    func chains() throws {
        let chain = try CipherChain([.pixelShuffle, .chaoticStream, .permutation, .aesGCM])
        let plane = try CipherInputs.image(width: 20, height: 11, bits: 12)
        let keyOf: (CipherName, UInt8) throws(CipherError) -> StageKey = { (name, index) throws(CipherError) in
            try StageKey(bytes: [UInt8](repeating: index, count: 31) + [UInt8(name.rawValue.utf8.count)])
        }
        let ciphertext = try chain.encrypt(plane, keyOf: keyOf)
        #expect(try chain.decrypt(ciphertext, keyOf: keyOf) == plane)
        try chain.requireProtection()
        #expect(throws: CipherError.self) { try CipherChain([.pixelShuffle, .quantumDES, .permutation]).requireProtection() }
        #expect(throws: CipherError.self) { try CipherChain([]) }
        #expect(throws: CipherError.self) { try CipherChain([.aesGCM, .addition]).encrypt(plane, keyOf: keyOf) }
    }
}
