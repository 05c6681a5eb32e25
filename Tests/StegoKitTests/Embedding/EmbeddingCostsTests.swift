import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Costs of changes")
struct EmbeddingCostsTests {
    /// HILL as the paper writes it, sample by sample in double precision.
    private func naiveCosts(_ planes: SamplePlanes, usedRange: Int) -> [Double] {
        let (rows, columns) = (planes.rows, planes.columns)
        let kernel = [[-1.0, 2, -1], [2, -4, 2], [-1, 2, -1]]
        func mirrored(_ index: Int, _ count: Int) -> Int {
            count == 1 ? 0 : index < 0 ? -index : index >= count ? 2 * count - 2 - index : index
        }
        func mean(_ values: [Double], radius: Int) -> [Double] {
            (0..<rows * columns).map { index in
                var sum = 0.0
                for down in -radius...radius {
                    for right in -radius...radius {
                        let row = min(max(index / columns + down, 0), rows - 1)
                        let column = min(max(index % columns + right, 0), columns - 1)
                        sum += values[row * columns + column]
                    }
                }
                return sum / Double((2 * radius + 1) * (2 * radius + 1))
            }
        }
        let residual = (0..<rows * columns).map { index -> Double in
            var sum = 0.0
            for down in -1...1 {
                for right in -1...1 {
                    let row = mirrored(index / columns + down, rows)
                    let column = mirrored(index % columns + right, columns)
                    sum += kernel[down + 1][right + 1] * Double(planes.planes[0][row * columns + column])
                }
            }
            return abs(sum) * 255 / Double(max(1, usedRange))
        }
        return mean(mean(residual, radius: 1).map { 1 / max($0, 0.01) }, radius: 7)
    }

    @Test("are those of HILL", arguments: TestImage.allCases)
    func naive(image: TestImage) throws {
        try forEachSeed(0..<20) { generator, seed in
            let planes = try image.planes(
                rows: 1 + generator.below(30), columns: 1 + generator.below(30), bitsStored: 1 + generator.below(16), &generator)
            let range = Int(planes.planes[0].max() ?? 0) - Int(planes.planes[0].min() ?? 0)
            let costs = EmbeddingCosts(plane: planes.planes[0], rows: planes.rows, columns: planes.columns, usedRange: range).values
            for (fast, naive) in zip(costs, naiveCosts(planes, usedRange: range)) {
                // Reciprocals are rounded to 1/1024.
                #expect(abs(Double(fast) - naive) <= 0.002 + naive * 0.001, seed)
            }
        }
    }

    @Test("texture is cheap, flat parts are expensive, at every depth alike", arguments: [8, 12, 16])
    func order(bitsStored: Int) throws {
        var generator = SplitMix64(seed: 71)
        let unit = 1 << (bitsStored - 8)
        let plane = (0..<64 * 64).map { UInt16($0 % 64 < 32 ? 0 : (100 + generator.below(40)) * unit) }
        let costs = EmbeddingCosts(plane: plane, rows: 64, columns: 64, usedRange: 139 * unit).values
        #expect(costs[32 * 64 + 5] > 99)
        #expect(costs[32 * 64 + 55] < 0.1)
    }
}
