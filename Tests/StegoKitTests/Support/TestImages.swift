import Basics
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

/// Regions of interest that are made, not found: each kind strains another part of leaving them alone.
enum TestRegion: CaseIterable {
    case none, empty, corner, disc, scattered, most

    func region(rows: Int, columns: Int, _ generator: inout SplitMix64) -> RegionOfInterest? {
        guard self != .none else { return nil }
        let blocks = (0..<(rows / 16 + 1) * (columns / 16 + 1)).map { _ in generator.below(3) == 0 }
        let isInside = (0..<rows * columns).map { index -> Bool in
            let (row, column) = (index / columns, index % columns)
            switch self {
            case .none, .empty: return false
            case .corner: return row < rows / 3 && column < columns / 2
            case .disc:
                let (down, right) = (2 * row - rows, 2 * column - columns)
                return 4 * (down * down + right * right) < rows * rows + columns * columns
            case .scattered: return blocks[row / 16 * (columns / 16 + 1) + column / 16]
            case .most: return row >= rows / 3 || column < columns / 16
            }
        }
        return RegionOfInterest(rows: rows, columns: columns, isInside: isInside)
    }
}

enum TestKeys {
    static func study(_ first: UInt8 = 0) throws -> StudyKey {
        try StudyKey(bytes: (0..<32).map { UInt8($0) &+ first })
    }

    /// The instance that the known answers belong to.
    static let instanceUID = "2.25.329800735698586629295641978511506172918"

    static func instance(_ first: UInt8 = 0) throws -> InstanceKey {
        try study(first).instanceKey(for: instanceUID)
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
