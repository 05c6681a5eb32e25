import SeededRandomness
import TestSupport

@testable import StegoKit

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
