import Foundation
import SeededRandomness
import Testing

@testable import Evaluation

@Suite("Local binary patterns")
struct LocalBinaryPatternsTests {
    @Test("a flat block has the pattern of all ones only, of the samples and of the residual")
    func flat() throws {
        let block = try #require(LevelBlock(rows: 20, columns: 30, levels: Array(repeating: 40_000, count: 600)))
        let features = LocalBinaryPatterns.features(of: block)
        #expect(features.count == 108)
        let ones = [8, 10 + 16, 28 + 24, 54 + 8, 64 + 16, 82 + 24]
        #expect(features.enumerated().allSatisfy { $1 == (ones.contains($0) ? 1 : 0) })
    }

    @Test("a quarter turn changes nothing")
    func rotation() throws {
        for seed in UInt64(0)..<5 {
            var generator = SplitMix64(seed: seed)
            let (rows, columns) = (31, 42)
            let block = try TestImages.noise(rows: rows, columns: columns, highest: 500, &generator)
            let turned = (0..<columns).flatMap { row in (0..<rows).map { block.levels[(rows - 1 - $0) * columns + row] } }
            let other = try #require(LevelBlock(rows: columns, columns: rows, levels: turned))
            let (first, second) = (LocalBinaryPatterns.features(of: block), LocalBinaryPatterns.features(of: other))
            #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-5 }, "seed \(seed)")
        }
    }

    @Test("each histogram sums to one; blocks that are too small have none")
    func sums() throws {
        var generator = SplitMix64(seed: 3)
        let block = try TestImages.noise(rows: 40, columns: 35, highest: 4095, &generator)
        let features = LocalBinaryPatterns.features(of: block)
        for range in [0..<10, 10..<28, 28..<54, 54..<64, 64..<82, 82..<108] {
            #expect(abs(features[range].reduce(0, +) - 1) < 1e-5)
        }
        let tiny = try #require(LevelBlock(rows: 2, columns: 2, levels: [1, 2, 3, 4]))
        #expect(LocalBinaryPatterns.features(of: tiny).allSatisfy { $0 == 0 })
    }
}
