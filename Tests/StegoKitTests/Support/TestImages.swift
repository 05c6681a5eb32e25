import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

/// Images whose samples are made, not found: each kind strains another part of the embedding.
enum TestImage: CaseIterable {
    case smooth, noise, flat, flatAtFirstLevel, flatAtLastLevel, saturatedBlobs, checkerboard, rangeEnds, nearRangeEnds, steps

    func planes(
        rows: Int, columns: Int, bitsStored: Int, count: Int = 1, forbidden: ClosedRange<UInt16>? = nil,
        _ generator: inout SplitMix64
    ) throws -> SamplePlanes {
        let maximum = (1 << bitsStored) - 1
        let planes = (0..<count).map { plane in
            (0..<rows * columns).map { index in
                let level = level(row: index / columns, column: index % columns, plane: plane, maximum: maximum, &generator)
                return UInt16(min(max(level, 0), maximum))
            }
        }
        return try SamplePlanes(
            rows: rows, columns: columns, bitsStored: bitsStored, planes: planes, forbiddenLevels: forbidden)
    }

    private func level(row: Int, column: Int, plane: Int, maximum: Int, _ generator: inout SplitMix64) -> Int {
        let noise = generator.below(3) - 1
        switch self {
        case .smooth: return (maximum / 3 + row + column / 2 + plane * 7 + noise) % (maximum + 1)
        case .noise: return generator.below(maximum + 1)
        case .flat: return maximum / 2
        case .flatAtFirstLevel: return generator.below(400) == 0 ? 1 : 0
        case .flatAtLastLevel: return maximum - (generator.below(400) == 0 ? 1 : 0)
        case .saturatedBlobs: return (row / 5 + column / 7) % 3 * maximum / 2 + noise * generator.below(3)
        case .checkerboard: return (row + column) % 2 * maximum
        case .rangeEnds: return generator.below(2) * maximum
        case .nearRangeEnds: return generator.below(2) == 0 ? generator.below(4) : maximum - generator.below(4)
        case .steps: return (column / 8) * maximum / 9 + noise
        }
    }
}

/// Runs a property under many seeds; the comment of a failing expectation names the seed. Unoptimised builds, some fifty times slower in
/// the kernels, take every tenth seed.
func forEachSeed(_ seeds: Range<UInt64>, _ body: (inout SplitMix64, Comment) throws -> Void) rethrows {
    #if DEBUG
        let step: UInt64 = 10
    #else
        let step: UInt64 = 1
    #endif
    for seed in stride(from: seeds.lowerBound, to: seeds.upperBound, by: UInt64.Stride(step)) {
        var generator = SplitMix64(seed: seed)
        try body(&generator, "seed \(seed)")
    }
}
