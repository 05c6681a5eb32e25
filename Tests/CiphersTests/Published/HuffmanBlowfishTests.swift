import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

@Suite("Canonical Huffman codes")
struct HuffmanTests {
    @Test("are as short as Huffman's algorithm makes them where no word is too long")
    func optimal() {
        var generator = SplitMix64(seed: 51)
        for _ in 0..<100 {
            let counts = (0..<Int.random(in: 2...200, using: &generator)).map { _ in Int.random(in: 0...1000, using: &generator) }
            guard counts.count(where: { $0 > 0 }) > 1 else { continue }
            let lengths = CanonicalHuffman(counts: counts).lengths
            var (weights, cost) = (counts.filter { $0 > 0 }.sorted(), 0)
            while weights.count > 1 {
                let merged = weights[0] + weights[1]
                cost += merged
                weights = (weights.dropFirst(2) + [merged]).sorted()
            }
            #expect(zip(counts, lengths).reduce(0) { $0 + $1.0 * Int($1.1) } == cost)
        }
    }

    @Test("have no word longer than 24 bits, however uneven the counts")
    func limited() throws {
        var counts = [1, 1]
        while counts.count < 60 { counts.append(counts[counts.count - 1] + counts[counts.count - 2]) }
        let code = CanonicalHuffman(counts: counts)
        #expect(code.lengths.max() == 24)
        let symbols = (0..<60).map { UInt16($0) }
        #expect(try code.decode(code.encode(symbols)[...], count: 60) == symbols)
    }

    @Test("words of the lengths 2, 1, 3, 3 are those of RFC 1951 section 3.2.2")
    func canonical() throws {
        let code = try CanonicalHuffman(lengths: [2, 1, 3, 3])
        #expect(code.encode([1, 0, 2, 3]) == [0b0101_1011, 0b1000_0000])
        #expect(throws: CipherError.self) { try CanonicalHuffman(lengths: [1, 1, 1]) }
        #expect(throws: CipherError.self) { try CanonicalHuffman(lengths: [25]) }
    }

    @Test("an image of one level, of all levels, and of one sample")
    func extremes() throws {
        for samples in [[UInt16](repeating: 5, count: 64), (0..<64).map { UInt16($0 * 1021 % 65_536) }] {
            let plane = try Plane(width: 8, height: 8, bits: 16, samples: samples)
            let shape = try PlaneCoding.Shape(PlaneCoding.header(of: plane)[...])
            #expect(try HuffmanBlowfish.decompress(HuffmanBlowfish.compress(plane), shape) == samples)
        }
        let single = try Plane(width: 1, height: 1, bits: 1, samples: [1])
        let key = try CipherInputs.key(1)
        #expect(try HuffmanBlowfish().decrypt(try HuffmanBlowfish().encrypt(single, key: key), key: key) == single)
    }

    @Test("smooth images become shorter")
    func compression() throws {
        let plane = try CipherInputs.image(width: 128, height: 128, bits: 12)
        #expect(HuffmanBlowfish.compress(plane).count * 8 < 128 * 128 * 12)
    }

    @Test("random bytes are typed errors")
    func nonsense() throws {
        var generator = SplitMix64(seed: 52)
        let shape = try PlaneCoding.Shape(PlaneCoding.header(of: try CipherInputs.image(width: 9, height: 9, bits: 10))[...])
        for _ in 0..<3000 {
            let bytes = generator.bytes(Int.random(in: 0...60, using: &generator))
            _ = try? HuffmanBlowfish.decompress(bytes, shape)
        }
        #expect(throws: CipherError.self) { try HuffmanBlowfish.decompress([], shape) }
        #expect(throws: CipherError.self) { try HuffmanBlowfish.decompress([0, 0], shape) }
    }
}

@Suite("Flower pollination")
struct FlowerPollinationTests {
    @Test("the best salt never gets worse, and is found again")
    func monotone() throws {
        let optimiser = try FlowerPollination(population: 6, generations: 12)
        let fitness: ([UInt8]) throws(CipherError) -> Double = { (salt) throws(CipherError) in salt.reduce(0) { $0 + abs(Double($1) - 100) }
        }
        var stream = try PseudorandomStream(try CipherInputs.key(1), "salt")
        let (salt, course) = try optimiser.search(&stream, fitness)
        #expect(course.count == 13)
        #expect(zip(course, course.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(try fitness(salt) == course.last)
        #expect(try #require(course.last) < course[0])
        #expect(throws: CipherError.self) { try FlowerPollination(population: 0, generations: 1) }
    }

    @Test("the optimiser changes the salt, not the key: any salt opens")
    func salts() throws {
        let plane = try CipherInputs.image(width: 20, height: 20, bits: 12)
        let key = try CipherInputs.key(2)
        for optimiser in [nil, FlowerPollination(), try FlowerPollination(population: 9, generations: 3)] {
            let sealed = try BlowfishSigncryption(optimiser: optimiser).encrypt(plane, key: key)
            #expect(try BlowfishSigncryption(optimiser: nil).decrypt(sealed, key: key) == plane)
        }
        #expect(throws: CipherError.self) { try BlowfishSigncryption(keyByteCount: 15, optimiser: nil) }
    }
}
