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

    @Test("permutations are bijections, and the two ways to compute them agree")
    func permutations() throws {
        for count in [1, 2, 3, 17, 300] {
            let key = try CipherInputs.key(UInt64(count))
            var first = try PseudorandomStream(key, "x")
            let permutation = try FisherYatesShuffle.permutation(count) { () throws(CipherError) in try first.nextWord() }
            #expect(permutation.sorted() == Array(0..<count))
            var second = try PseudorandomStream(key, "x")
            var elements = (0..<count).map { UInt16($0) }
            try FisherYatesShuffle.shuffle(&elements, with: &second)
            #expect(elements.map(Int.init) == permutation)
        }
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
