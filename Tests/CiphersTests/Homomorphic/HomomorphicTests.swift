import Basics
import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

@Suite("Sums without a key")
struct HomomorphicTests {
    private func frames(_ count: Int, bits: Int, isSigned: Bool, seed: UInt64) throws -> Plane {
        var generator = SplitMix64(seed: seed)
        return try Plane(
            width: 9, height: 7, frames: count, bits: bits, isSigned: isSigned,
            samples: (0..<63 * count).map { _ in
                UInt16(truncatingIfNeeded: generator.next() >> 20) & UInt16(truncatingIfNeeded: (1 << bits) - 1)
            })
    }

    private func values(_ plane: Plane, _ frame: Int) -> [Int] {
        (0..<63).map { plane.value(of: plane.samples[63 * frame + $0]) }
    }

    @Test("sums and differences of frames are exact", arguments: [(1, false), (8, false), (12, true), (16, false), (16, true)])
    func sums(bits: Int, isSigned: Bool) throws {
        for seed in UInt64(1)...20 {
            let plane = try frames(8, bits: bits, isSigned: isSigned, seed: seed)
            let client = AdditiveCipher(key: try CipherInputs.key(seed))
            let sealed = try client.encrypt(plane, summands: 8)
            let sum = try sealed.dropFirst().reduce(sealed[0]) { try $0.adding($1) }
            #expect(try client.open(sum) == (0..<63).map { place in (0..<8).reduce(0) { $0 + values(plane, $1)[place] } })
            let difference = try sealed[3].subtracting(sealed[5])
            #expect(try client.open(difference) == zip(values(plane, 3), values(plane, 5)).map(-))
            let mixed = try sealed[0].adding(sealed[1]).subtracting(sealed[2]).subtracting(sealed[2]).adding(sealed[0])
            #expect(try client.open(mixed) == (0..<63).map { 2 * values(plane, 0)[$0] + values(plane, 1)[$0] - 2 * values(plane, 2)[$0] })
            #expect(try client.open(try sealed[0].subtracting(sealed[0])) == [Int](repeating: 0, count: 63))
        }
    }

    @Test("sums over regions are exact")
    func regions() throws {
        let plane = try frames(2, bits: 16, isSigned: true, seed: 3)
        let client = AdditiveCipher(key: try CipherInputs.key(3))
        let sealed = try client.encrypt(plane, summands: 100)
        let places = [0, 5, 6, 7, 33, 62]
        #expect(try client.open(try sealed[1].sum(at: places)) == places.reduce(0) { $0 + values(plane, 1)[$1] })
        let subtracted = try sealed[0].subtracting(sealed[1])
        #expect(try client.open(try subtracted.sum(at: places)) == places.reduce(0) { $0 + values(plane, 0)[$1] - values(plane, 1)[$1] })
        #expect(throws: CipherError.self) { try sealed[0].sum(at: [63]) }
        #expect(throws: CipherError.self) { try subtracted.sum(at: Array(0..<51)) }
    }

    @Test("a server gets bytes and sends bytes; bad ones are typed errors")
    func coding() throws {
        let plane = try frames(3, bits: 12, isSigned: true, seed: 4)
        let client = AdditiveCipher(key: try CipherInputs.key(4))
        let sealed = try client.encrypt(plane, summands: 5)
        let sum = try sealed[0].adding(sealed[1]).subtracting(sealed[2])
        let bytes = AdditiveCoding.encode(sum)
        #expect(try AdditiveCoding.decode(bytes) == sum)
        for count in 0..<bytes.count { #expect(throws: CipherError.self) { try AdditiveCoding.decode(Array(bytes.prefix(count))) } }
        var generator = SplitMix64(seed: 4)
        for _ in 0..<2000 {
            var damaged = bytes
            damaged[Int.random(in: 0..<min(60, damaged.count), using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            if let frame = try? AdditiveCoding.decode(damaged) { _ = try? frame.adding(sum) }
        }
    }

    @Test("sums beyond the agreed number of frames, and frames of other shapes, are refused")
    func limits() throws {
        let client = AdditiveCipher(key: try CipherInputs.key(5))
        let sealed = try client.encrypt(try frames(3, bits: 8, isSigned: false, seed: 5), summands: 2)
        #expect(throws: CipherError.self) { try sealed[0].adding(sealed[1]).adding(sealed[2]) }
        let other = try client.encrypt(try frames(1, bits: 9, isSigned: false, seed: 5), summands: 2)
        #expect(throws: CipherError.self) { try sealed[0].adding(other[0]) }
        for summands in [0, 65_537] {
            #expect(throws: CipherError.self) { try client.encrypt(try frames(1, bits: 8, isSigned: false, seed: 5), summands: summands) }
        }
        #expect(try client.encrypt(try frames(1, bits: 16, isSigned: false, seed: 5), summands: 65_536)[0].valueBits == 32)
    }

    @Test("the ciphertext of a flat frame is uniform")
    func uniform() throws {
        let flat = try Plane(width: 300, height: 200, bits: 8, samples: [UInt16](repeating: 7, count: 60_000))
        let sealed = try AdditiveCipher(key: try CipherInputs.key(6)).encrypt(flat, summands: 1)
        let chi = try #require(CipherMetrics.chiSquare(sealed[0].values.map { UInt16($0) }, bits: 8))
        #expect(chi.probability > 0.0001)
    }

    @Test("Paillier: the worked example p = 7, q = 11, m = 42, r = 23 with g = n + 1")
    func paillierByHand() throws {
        let arithmetic = try BigArithmetic()
        let key = try PaillierPrivateKey(p: try BigNumber(7), q: try BigNumber(11))
        let cipher = try key.publicKey.encrypt(try BigNumber(42), random: try BigNumber(23), arithmetic)
        // (1 + 42 · 77) · 23^77 mod 5929
        var power = 1
        for _ in 0..<77 { power = power * 23 % 5929 }
        #expect(try cipher.integer() == (1 + 42 * 77) * power % 5929)
        #expect(try key.decrypt(cipher, arithmetic).integer() == 42)
        let other = try key.publicKey.encrypt(try BigNumber(50), random: try BigNumber(5), arithmetic)
        #expect(try key.decrypt(try key.publicKey.sum(cipher, other, arithmetic), arithmetic).integer() == (42 + 50) % 77)
    }

    @Test("Paillier: sums over regions of all frames at once", arguments: [(8, false), (12, true), (16, true)])
    func paillierRegions(bits: Int, isSigned: Bool) throws {
        let secret = try PaillierPrivateKey(try CipherInputs.key(7), modulusBits: 512)
        let plane = try frames(5, bits: bits, isSigned: isSigned, seed: 7)
        let sealed = try PaillierFrames(plane, summands: 64, key: secret.publicKey, randomness: try CipherInputs.key(8))
        let places = [0, 1, 8, 9, 40, 62]
        let sum = try sealed.sum(at: places, key: secret.publicKey)
        #expect(try secret.open(sum) == (0..<5).map { frame in places.reduce(0) { $0 + values(plane, frame)[$1] } })
        #expect(try secret.open(sealed) == (0..<5).map { values(plane, $0) })
        #expect(throws: CipherError.self) { try sealed.sum(at: [], key: secret.publicKey) }
        #expect(throws: CipherError.self) { try sealed.sum(at: [63], key: secret.publicKey) }
        #expect(throws: CipherError.self) {
            try PaillierFrames(
                try frames(40, bits: 16, isSigned: false, seed: 7), summands: 64, key: secret.publicKey, randomness: try CipherInputs.key(8)
            )
        }
    }

    @Test("Paillier: a modulus of 2,048 bits adds, too, and other keys do not open")
    func paillierLarge() throws {
        let secret = try PaillierPrivateKey(try CipherInputs.key(9))
        #expect(secret.publicKey.messageBits == 2047)
        let plane = try Plane(width: 3, height: 1, bits: 12, samples: [4095, 17, 0])
        let sealed = try PaillierFrames(plane, summands: 3, key: secret.publicKey, randomness: try CipherInputs.key(10))
        #expect(try secret.open(try sealed.sum(at: [0, 1, 2], key: secret.publicKey)) == [4112])
        let other = try PaillierPrivateKey(try CipherInputs.key(11), modulusBits: 2048)
        #expect((try? other.open(try sealed.sum(at: [0, 1, 2], key: secret.publicKey))) != [4112])
        #expect(throws: CipherError.self) { try PaillierPrivateKey(try CipherInputs.key(9), modulusBits: 100) }
        #expect(throws: CipherError.self) { try PaillierPublicKey(modulus: [2]) }
    }
}

@Suite("Paillier beside python-paillier")
struct PaillierJudgeTests {
    private struct Judgement: Decodable {
        let opened, sealed: [String]
    }

    @Test("it opens our ciphertexts and sums, and we open its", .needsPython("phe"))
    func agrees() async throws {
        let arithmetic = try BigArithmetic()
        var stream = try PseudorandomStream(try CipherInputs.key(21), "primes")
        let p = try arithmetic.prime(bits: 512, &stream)
        let q = try arithmetic.prime(bits: 512, &stream)
        let secret = try PaillierPrivateKey(p: p, q: q)
        let messages: [UInt64] = [0, 1, 4095, 65_535, 1 << 40]
        var ciphertexts: [BigNumber] = []
        for message in messages {
            let random = try BigNumber(try stream.bytes(120))
            ciphertexts.append(try secret.publicKey.encrypt(try BigNumber(message), random: random, arithmetic))
        }
        ciphertexts.append(try secret.publicKey.sum(ciphertexts[2], ciphertexts[4], arithmetic))
        var words = ["\(Package.folder)/Tests/CiphersTests/Judges/paillier.py"]
        words += [try text(p, 64), try text(q, 64)]
        words += try ciphertexts.map { try text($0, 256) }
        words += ["--"] + messages.map { String($0, radix: 16) }
        let judgement: Judgement = try await ForeignPrograms.python(words)
        let expected: [UInt64] = messages + [4095 + 1 << 40]
        #expect(judgement.opened == expected.map { String($0, radix: 16) })
        for (sealed, message) in zip(judgement.sealed, messages) {
            let padded = sealed.count % 2 == 0 ? sealed : "0" + sealed
            #expect(try secret.decrypt(try BigNumber(try bytes(padded)), arithmetic).integer() == Int(message))
        }
    }

    private func text(_ number: BigNumber, _ count: Int) throws -> String { hexadecimal(try number.bytes(count)) }
}
