import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

@Suite("Planes")
struct PlaneTests {
    @Test("shapes that do not fit are refused")
    func shapes() {
        for (width, height, channels, frames, bits, count) in [
            (0, 1, 1, 1, 8, 0), (1, 0, 1, 1, 8, 0), (1, 1, 0, 1, 8, 0), (1, 1, 5, 1, 8, 5), (1, 1, 1, 0, 8, 0), (1, 1, 1, 1, 0, 1),
            (1, 1, 1, 1, 17, 1), (2, 2, 1, 1, 8, 3), (Int.max, 2, 1, 1, 8, 1), (1 << 16, 1 << 16, 1, 1, 8, 1),
        ] {
            #expect(throws: CipherError.self) {
                try Plane(
                    width: width, height: height, channels: channels, frames: frames, bits: bits,
                    samples: [UInt16](repeating: 0, count: count))
            }
        }
        #expect(throws: CipherError(.sampleOutOfRange, "a sample does not fit into 3 bits")) {
            try Plane(width: 1, height: 1, bits: 3, samples: [8])
        }
    }

    @Test("planes are the same after being bytes, and bytes that are none are refused")
    func coding() throws {
        var generator = SplitMix64(seed: 31)
        for _ in 0..<500 {
            let plane = try CipherInputs.plane(&generator, largest: 9)
            let bytes = PlaneCoding.encode(plane)
            #expect(try PlaneCoding.decode(bytes) == plane)
            #expect(throws: CipherError.self) { try PlaneCoding.decode(Array(bytes.dropLast())) }
            #expect(throws: CipherError.self) { try PlaneCoding.decode(bytes + [0]) }
        }
        #expect(throws: CipherError.self) { try PlaneCoding.decode([1] + [UInt8](repeating: 0xFF, count: 14)) }
        // A gigasample in 31 bytes: refused for their number, before there is room for the samples.
        let header: [UInt8] = [1, 5, 0, 0, 0x10, 4, 0, 0, 0, 1, 0, 0, 0, 1, 12]
        #expect(throws: CipherError(.malformed, "16 bytes for 1073741844 samples of 12 bits")) {
            try PlaneCoding.decode(header + [UInt8](repeating: 0, count: 16))
        }
    }

    @Test("bits around the stored ones stay as they are")
    func storedWords() throws {
        var generator = SplitMix64(seed: 32)
        for (allocated, stored, high) in [(16, 12, 11), (16, 12, 15), (16, 10, 12), (8, 5, 6), (16, 16, 15), (8, 8, 7), (16, 1, 0)] {
            let words = (0..<50).map { _ in UInt16(truncatingIfNeeded: generator.next()) & (allocated == 8 ? 0xFF : 0xFFFF) }
            let taken = try StoredWords(words, bitsAllocated: allocated, bitsStored: stored, highBit: high)
            #expect(taken.patterns.allSatisfy { Int($0) < 1 << stored })
            #expect(try taken.words(with: taken.patterns) == words)
            let flipped = try taken.words(with: taken.patterns.map { ~$0 & UInt16(truncatingIfNeeded: (1 << stored) - 1) })
            let mask = UInt16(truncatingIfNeeded: ((1 << stored) - 1) << (high + 1 - stored))
            #expect(zip(flipped, words).allSatisfy { $0 ^ $1 == mask })
        }
        for (allocated, stored, high) in [(12, 8, 7), (16, 0, 0), (16, 17, 16), (16, 12, 10), (16, 12, 16), (8, 9, 8)] {
            #expect(throws: CipherError.self) {
                try StoredWords([0], bitsAllocated: allocated, bitsStored: stored, highBit: high)
            }
        }
        let taken = try StoredWords([0, 0], bitsAllocated: 16, bitsStored: 4, highBit: 3)
        #expect(throws: CipherError.self) { try taken.words(with: [0]) }
        #expect(throws: CipherError.self) { try taken.words(with: [0, 16]) }
    }

    @Test("an order is a bijection, and that of the shuffle of as many samples where one section has them", arguments: [1, 2, 3, 17, 300])
    func permutations(count: Int) throws {
        var first = try stream(count)
        let permutation = try FisherYatesShuffle.permutation(count) { () throws(CipherError) in try first.nextWord() }
        #expect(permutation.sorted() == Array(0..<count))
        var samples = (0..<count).map { UInt16($0) }
        var second = try stream(count)
        try FisherYatesShuffle.shuffle(&samples, with: &second)
        #expect(samples.map(Int.init) == permutation)
    }

    /// Around a batch of 64 exchanges, a section of 4096, and where all places take more than 16 bits.
    @Test(
        "shuffling four samples at a time is shuffling one by one, and is undone",
        arguments: [0, 1, 2, 5, 64, 65, 66, 127, 129, 193, 1000, 4095, 4096, 4097, 4098, 8193, 20_000, 70_001])
    func shuffles(count: Int) throws {
        let samples = (0..<count).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
        var (simply, shuffled) = (samples, samples)
        var stream = try stream(count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            let done = count - 1 - index
            if done % 4096 == 0 { try stream.seek(toBlock: UInt32(done)) }
            simply.swapAt(index, Int(try stream.next(below: UInt32(index + 1))))
        }
        try FisherYatesShuffle.shuffle(&shuffled, with: &stream)
        #expect(shuffled == simply)
        try FisherYatesShuffle.unshuffle(&shuffled, with: &stream)
        #expect(shuffled == samples)
    }

    @Test("draws at once are single draws, and tell where one may be rejected", arguments: [65, 66, 1000, 1 << 16, 3 << 29, 1 << 31])
    func draws(limit: UInt32) throws {
        var stream = try stream(Int(limit))
        let count = Draws.count
        // Words whose products have the lowest and the highest halves, besides those by chance.
        for words in [[0], [.max], [UInt32.max / 2 + 1]] + (try (0..<200).map { _ in try stream.words(count) }) {
            let words = (0..<count).map { words[$0 % words.count].littleEndian }
            var (together, simply) = ([UInt32](repeating: 0, count: count), [UInt32](repeating: 0, count: count))
            let draws = words.withUnsafeBytes { words in
                (
                    together.withUnsafeMutableBufferPointer { Draws.draw(words, below: limit, into: $0) },
                    simply.withUnsafeMutableBufferPointer { Draws.drawSimply(words, below: limit, into: $0) }
                )
            }
            #expect(together == simply && draws.0 == draws.1)
        }
    }

    private func stream(_ seed: Int) throws -> PseudorandomStream {
        try PseudorandomStream(try CipherInputs.key(UInt64(seed)), "x")
    }

    @Test("triangular maps, Arnold's map and the propeller move every sample to a place of its own")
    func bijections() throws {
        for (width, height) in [(1, 1), (1, 9), (12, 1), (7, 5), (30, 18), (16, 16)] {
            var stream = try PseudorandomStream(try CipherInputs.key(9), "x")
            let map = try TriangularMap(width: width, height: height, &stream)
            #expect(Set(map.places(width: width, height: height)) == Set(0..<width * height))
            var samples = (0..<width * height).map { UInt16($0) }
            Propeller.turn(&samples, width: width, height: height)
            #expect(Set(samples).count == width * height)
            Propeller.turnBack(&samples, width: width, height: height)
            #expect(samples == (0..<width * height).map { UInt16($0) })
        }
        for (side, period) in [(64, 48), (124, 15), (128, 96), (200, 150), (256, 192), (512, 384), (1024, 768)] {
            #expect(ArnoldMap.period(side: side) == period)
        }
        for side in [1, 2, 5, 12] {
            for iterations in [0, 1, 3, 7] {
                var places: [Int] = []
                ArnoldMap(side: side, iterations: iterations).forEachMove(stride: side) { from, to in
                    var (x, y) = (from % side, from / side)
                    for _ in 0..<iterations { (x, y) = ((x + y) % side, (x + 2 * y) % side) }
                    #expect(to == y * side + x)
                    places.append(to)
                }
                #expect(Set(places).count == side * side)
            }
        }
    }

    @Test("logarithms are those of the mathematical library, to the last binary place but one")
    func logarithms() {
        for value: UInt64 in [1, 2, 3, 5, 7, 1000, 65_535, 262_144, 123_456_789] {
            let exact = 4_294_967_296 * log2(Double(value))
            #expect(abs(Double(FixedPointLogarithm.base2(value)) - exact) <= 2)
        }
    }
}
