import Foundation

/// Differences of cells, and how they compare with the noise that the comparison has anyway.
///
/// score = |r| / √(σ² + (κR)² + doubt²): σ is the noise in calm cells, κR what interpolation and lossy coding do at edges, where the range R
/// of a cell's neighbourhood is great. Both are measured in the same image, so that a coarser copy makes a coarser comparison; but not
/// beyond bounds, or an image that differs everywhere would pass for a noisy one.
struct ContentScores {
    /// In stored samples of the record; 0 where the cell cannot be assessed.
    var differences: [Double]
    var scores: [Double]
    /// In stored samples.
    var noise: Double
    /// Cells that count: covered by the image, not clipped, known well enough.
    var isAssessable: [Bool]

    /// σ is at most this share of the recorded range.
    private static let mostNoise = 0.0025
    /// κ is at most this.
    private static let mostRestlessness = 0.05

    /// - Parameters:
    ///   - means: of the image's cells, on the expectation's scale; not a number where it does not cover a cell.
    ///   - step: the record's, in stored samples.
    init(_ means: [Double], _ expected: ExpectedMeans, _ grid: CellGrid, step: Int, recordedRange: Double) {
        let count = means.count
        var differences = [Double](repeating: 0, count: count)
        var isAssessable = [Bool](repeating: false, count: count)
        for cell in 0..<count where !means[cell].isNaN && expected.isAssessable[cell] {
            let mean = means[cell]
            let (low, high) = (expected.low[cell], expected.high[cell])
            differences[cell] = (mean < low ? mean - low : (mean > high ? mean - high : 0)) * expected.scale
            isAssessable[cell] = !expected.isClipped[cell]
        }
        let counted = (0..<count).filter { isAssessable[$0] }
        let ranges = counted.map { expected.visibleRange[$0] }
        let (calm, restless) = (Self.quantile(ranges, 0.5), Self.quantile(ranges, 0.7))
        let calmDifferences = counted.filter { expected.visibleRange[$0] <= calm }.map { abs(differences[$0]) }
        let floor = max(0.6 * Double(step), expected.rounding)
        let ceiling = max(2 * Double(step), floor, Self.mostNoise * recordedRange)
        let noise = min(max(1.4826 * Self.quantile(calmDifferences, 0.5), floor), ceiling)
        let ratios = counted.filter { expected.visibleRange[$0] > restless }.map {
            abs(differences[$0]) / max(expected.visibleRange[$0], 1)
        }
        let restlessness = min(Self.mostRestlessness, max(expected.leastRestlessness, Self.quantile(ratios, 0.85)))
        let variances = (0..<count).map { cell in
            let edge = restlessness * expected.visibleRange[cell]
            let doubt = expected.doubt[cell]
            return noise * noise + edge * edge + doubt * doubt
        }
        self.differences = differences
        self.noise = noise
        self.isAssessable = isAssessable
        scores = zip(differences, variances).map { abs($0) / $1.squareRoot() }
        raise(by: differences, variances, grid)
    }

    /// An edit that lies across the corner of four cells is weak in each of them. So any four that meet are judged together too: their sum
    /// over the root of their summed variances, given to the one that differs most. What an edge smears from a cell to the next cancels.
    private mutating func raise(by differences: [Double], _ variances: [Double], _ grid: CellGrid) {
        let single = scores
        for row in 0..<max(0, grid.rows - 1) {
            for column in 0..<max(0, grid.columns - 1) {
                let cell = row * grid.columns + column
                let four = [cell, cell + 1, cell + grid.columns, cell + grid.columns + 1]
                let sum = four.reduce(0) { $0 + differences[$1] }
                let variance = four.reduce(0) { $0 + variances[$1] }
                let together = abs(sum) / variance.squareRoot()
                guard let leader = four.max(by: { single[$0] < single[$1] }) else { continue }
                scores[leader] = max(scores[leader], together)
            }
        }
    }

    /// 0 for no values.
    static func quantile(_ values: [Double], _ share: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[min(values.count - 1, Int(share * Double(values.count)))]
    }
}
