import Foundation
import TestSupport
import Testing

@testable import StegoKit

@Suite("Structural similarity, visibility, entropy")
struct StructuralSimilarityTests {
    /// The definition at one place at a time, without separable sums.
    private func byDefinition(_ cover: [UInt16], _ stego: [UInt16], rows: Int, columns: Int, range: Double) -> Double {
        var weights: [(Int, Int, Double)] = []
        for down in -5...5 {
            for right in -5...5 { weights.append((down, right, exp(-Double(down * down + right * right) / 4.5))) }
        }
        let total = weights.reduce(0) { $0 + $1.2 }
        var (sum, count) = (0.0, 0)
        for row in 5..<rows - 5 {
            for column in 5..<columns - 5 {
                func mean(_ value: (Int) -> Double) -> Double {
                    weights.reduce(0) { $0 + $1.2 / total * value((row + $1.0) * columns + column + $1.1) }
                }
                let (x, y) = (mean { Double(cover[$0]) }, mean { Double(stego[$0]) })
                let xx = mean { (Double(cover[$0]) - x) * (Double(cover[$0]) - x) }
                let yy = mean { (Double(stego[$0]) - y) * (Double(stego[$0]) - y) }
                let xy = mean { (Double(cover[$0]) - x) * (Double(stego[$0]) - y) }
                let (c1, c2) = (1e-4 * range * range, 9e-4 * range * range)
                sum += (2 * x * y + c1) * (2 * xy + c2) / ((x * x + y * y + c1) * (xx + yy + c2))
                count += 1
            }
        }
        return sum / Double(count)
    }

    @Test("agrees with the definition, also where 16-bit levels would cancel", arguments: [(0, 255), (65_000, 65_535), (0, 65_535)])
    func definition(_ lowest: Int, _ highest: Int) throws {
        try forEachSeed(0..<4) { generator, seed in
            let (rows, columns) = (11 + generator.below(8), 11 + generator.below(8))
            let cover = (0..<rows * columns).map { _ in UInt16(Int.random(in: lowest...highest, using: &generator)) }
            let stego = cover.map { UInt16(min(highest, Int($0) + generator.below(3))) }
            let measure = try #require(StructuralSimilarity(cover: cover, rows: rows, columns: columns, dataRange: highest - lowest))
            let index = try #require(measure.index(of: stego))
            let expected = byDefinition(cover, stego, rows: rows, columns: columns, range: Double(highest - lowest))
            #expect(abs(index - expected) < 1e-7, seed)
            #expect(abs(try #require(measure.index(of: cover)) - 1) < 1e-9, seed)
        }
    }

    @Test("images smaller than the window and wrong counts have no index")
    func refused() throws {
        #expect(StructuralSimilarity(cover: Array(repeating: 0, count: 110), rows: 10, columns: 11, dataRange: 1) == nil)
        #expect(StructuralSimilarity(cover: [1], rows: 11, columns: 11, dataRange: 1) == nil)
        let flat = [UInt16](repeating: 9, count: 121)
        let measure = try #require(StructuralSimilarity(cover: flat, rows: 11, columns: 11, dataRange: 0))
        #expect(measure.index(of: [1]) == nil)
        #expect(abs(try #require(measure.index(of: flat)) - 1) < 1e-12)
    }

    @Test("noise counts in full where it is flat and hardly at an edge")
    func visibility() throws {
        // Left half 0, right half 100: variance only at the seam.
        let cover = (0..<8 * 8).map { UInt16($0 % 8 < 4 ? 0 : 100) }
        let measure = try #require(NoiseVisibility(cover: cover, rows: 8, columns: 8))
        var (flat, edge) = (cover, cover)
        flat[8] += 2
        edge[8 * 3 + 3] += 2
        #expect(measure.weightedSquaredError(of: flat) == 4)
        // The seam has the largest variance, so θσ² = 75 and the weight is 1/76.
        #expect(abs(try #require(measure.weightedSquaredError(of: edge)) - 4 / (76.0 * 76)) < 1e-6)
        #expect(measure.weightedSquaredError(of: [1]) == nil)
        let uniform = try #require(NoiseVisibility(cover: [5, 5, 5, 5], rows: 2, columns: 2))
        #expect(uniform.weightedSquaredError(of: [5, 5, 5, 8]) == 9)
    }

    @Test("entropy and quantiles of small histograms")
    func entropy() throws {
        func histogram(_ levels: [UInt16]) throws -> SampleHistogram {
            SampleHistogram(of: try SamplePlanes(rows: 1, columns: levels.count, bitsStored: 4, planes: [levels]))
        }
        #expect(try histogram([3, 3, 3, 3]).entropy == 0)
        #expect(abs(try histogram([0, 1, 2, 3]).entropy - 2) < 1e-12)
        #expect(try histogram([2, 4, 9]).usedLevels == 2...9)
        #expect(try histogram([2, 4, 9, 9]).quantile(0.5) == 4)
        #expect(try histogram([]).entropy == 0 && histogram([]).usedLevels == nil)
    }
}
