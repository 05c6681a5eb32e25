import Foundation

/// The visibility of noise at each sample of a cover plane, and the weighted peak signal-to-noise ratio that follows from it.
///
/// The noise visibility function is that of Voloshynovskiy, Herrigel, Baumgaertner and Pun (A stochastic approach to content adaptive
/// digital image watermarking, Information Hiding 1999) for a non-stationary Gaussian model: `NVF = 1 / (1 + θσ²)` with the local
/// variance σ² over 3 × 3 samples and `θ = D / max σ²`. The authors found D between 50 and 100 by experiment; here it is 75. NVF is 1 in
/// flat areas, where noise shows, and near 0 at edges, where it does not. At the border the window is cut to what is inside.
public struct NoiseVisibility: Sendable {
    private static let contrast = 75.0

    private let cover: [UInt16]
    private let weights: [Float]

    /// - Returns: `nil` for a wrong number of levels or none.
    public init?(cover levels: [UInt16], rows: Int, columns: Int) {
        guard rows > 0, columns > 0, levels.count == rows * columns else { return nil }
        cover = levels
        let variances = Self.localVariances(of: levels, rows: rows, columns: columns)
        let largest = variances.max() ?? 0
        let strength = largest > 0 ? Self.contrast / largest : 0
        weights = variances.map { Float(1 / (1 + strength * $0)) }
    }

    /// Sum over the plane of (NVF × difference)², in squared levels; `nil` for another number of levels.
    public func weightedSquaredError(of stego: [UInt16]) -> Double? {
        guard stego.count == cover.count else { return nil }
        var sum = 0.0
        for index in cover.indices where stego[index] != cover[index] {
            let difference = Double(weights[index]) * (Double(stego[index]) - Double(cover[index]))
            sum += difference * difference
        }
        return sum
    }

    private static func localVariances(of levels: [UInt16], rows: Int, columns: Int) -> [Double] {
        var variances = [Double](repeating: 0, count: levels.count)
        for row in 0..<rows {
            let neighbouringRows = max(0, row - 1)...min(rows - 1, row + 1)
            for column in 0..<columns {
                let neighbouringColumns = max(0, column - 1)...min(columns - 1, column + 1)
                var (sum, squares) = (0, 0)
                for neighbour in neighbouringRows {
                    for place in neighbour * columns + neighbouringColumns.lowerBound...neighbour * columns + neighbouringColumns.upperBound
                    {
                        let level = Int(levels[place])
                        sum += level
                        squares += level * level
                    }
                }
                let count = neighbouringRows.count * neighbouringColumns.count
                // Exact in integers: at most 9 · 9 · 65535² fits easily.
                variances[row * columns + column] = Double(count * squares - sum * sum) / Double(count * count)
            }
        }
        return variances
    }
}
