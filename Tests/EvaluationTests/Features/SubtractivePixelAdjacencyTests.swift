import SeededRandomness
import Testing

@testable import Evaluation

@Suite("SPAM-686")
struct SubtractivePixelAdjacencyTests {
    /// The definition, word for word: differences along eight directions, cut, counted three in a row.
    private func byDefinition(_ block: LevelBlock) -> [Double] {
        func level(_ row: Int, _ column: Int) -> Int { Int(block.levels[row * block.columns + column]) }
        func frequencies(_ down: Int, _ right: Int) -> [Double] {
            var counts = [Double](repeating: 0, count: 343)
            for row in 0..<block.rows {
                for column in 0..<block.columns {
                    let (lastRow, lastColumn) = (row + 3 * down, column + 3 * right)
                    guard (0..<block.rows).contains(lastRow), (0..<block.columns).contains(lastColumn) else { continue }
                    let steps = (0..<3).map { step in
                        let first = level(row + step * down, column + step * right)
                        let second = level(row + (step + 1) * down, column + (step + 1) * right)
                        return max(-3, min(3, first - second)) + 3
                    }
                    // The authors' code names the triple from the far end.
                    counts[steps[2] + 7 * steps[1] + 49 * steps[0]] += 1
                }
            }
            let total = counts.reduce(0, +)
            return counts.map { $0 / total }
        }
        func mean(_ directions: [(Int, Int)]) -> [Double] {
            let all = directions.map { frequencies($0.0, $0.1) }
            return (0..<343).map { index in all.reduce(0) { $0 + $1[index] } / Double(directions.count) }
        }
        return mean([(0, 1), (0, -1), (1, 0), (-1, 0)]) + mean([(1, 1), (-1, -1), (1, -1), (-1, 1)])
    }

    @Test("agrees with the definition", arguments: [UInt16(2), 7, 255, 65_535])
    func definition(_ highest: UInt16) throws {
        for seed in UInt64(0)..<8 {
            var generator = SplitMix64(seed: seed)
            let (rows, columns) = (Int.random(in: 4...40, using: &generator), Int.random(in: 4...40, using: &generator))
            let block = try TestImages.noise(rows: rows, columns: columns, highest: highest, &generator)
            let features = SubtractivePixelAdjacency.features(of: block)
            let expected = byDefinition(block)
            #expect(features.count == 686)
            #expect(zip(features, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }, "seed \(seed), \(rows) × \(columns)")
        }
    }

    @Test("a flat block has one triple only")
    func flat() throws {
        let block = try #require(LevelBlock(rows: 10, columns: 12, levels: Array(repeating: 7, count: 120)))
        let features = SubtractivePixelAdjacency.features(of: block)
        #expect(features.enumerated().allSatisfy { $1 == ($0 % 343 == 171 ? 1 : 0) })
    }

    @Test("blocks that are too small have no triples", arguments: [(0, 0), (3, 3), (1, 9), (3, 9), (9, 3)])
    func small(_ rows: Int, _ columns: Int) throws {
        let block = try #require(LevelBlock(rows: rows, columns: columns, levels: Array(repeating: 7, count: rows * columns)))
        let features = SubtractivePixelAdjacency.features(of: block)
        #expect(features.count == 686)
        #expect(features[343...].allSatisfy { $0 == 0 })
    }
}
