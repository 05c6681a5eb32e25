/// What is left of a slice without its anatomy: where the mark can be seen, weighted by how well.
///
/// Everything is measured against the slice's own noise, so that neither units nor a window matter.
struct SliceResidual {
    /// Residual over local variance, 0 where a sample is not usable.
    let weighted: [Float]
    /// The share of usable samples.
    let usableShare: Double

    private static let smooth = GaussianFilter(sigma: 2.5)
    private static let wide = GaussianFilter(sigma: 6)
    private static let edge = GaussianFilter(sigma: 1)
    private static let edgeSlope = GaussianFilter(sigma: 1, derivative: true)
    /// Gradients above so many times the noise are edges: anatomy, not mark.
    private static let edgeLimit: Float = 9
    /// Noise above so many times the usual is texture.
    private static let noiseLimit: Float = 6.5
    /// The 30 % quantile of the magnitude of a normal variable of standard deviation 1.
    private static let quantileOfNormal: Float = 0.385
    /// Fewer usable samples than this make no statistics.
    private static let leastSamples = 200

    /// - Returns: `nil` where the slice has nothing but edges, padding and clipped samples.
    init?(_ slice: ObliqueSlice) {
        let side = ObliqueSlice.side
        let values = slice.values
        let inside = values.indices.filter { slice.isInside[$0] }
        guard inside.count >= Self.leastSamples else { return nil }
        let shown = inside.map { values[$0] }
        guard let low = shown.min(), let high = shown.max(), high > low else { return nil }
        // The ends are where a window clips.
        let margin = (high - low) * 1e-4
        let open = values.indices.map { slice.isInside[$0] && values[$0] > low + margin && values[$0] < high - margin }
        var weights = Self.eroded(open, side: side).map { $0 ? Float(1) : 0 }
        // Clipped samples are flat: their differences from the middle shade do not matter, and filters stay in range.
        let middle = (low + high) / 2
        let centred = zip(values, slice.isInside).map { $1 ? $0 - middle : 0 }
        let first = Self.residual(centred, weights, side)
        let magnitudes = first.indices.filter { weights[$0] > 0 && first[$0] != 0 }.map { abs(first[$0]) }.sorted()
        guard magnitudes.count >= Self.leastSamples else { return nil }
        let noise = magnitudes[magnitudes.count * 3 / 10] / Self.quantileOfNormal
        guard noise > 0 else { return nil }
        let edges = Self.widened(Self.gradient(centred, side).map { $0 > Self.edgeLimit * noise }, side: side)
        for index in weights.indices where edges[index] { weights[index] = 0 }
        var residual = first
        var deviation: [Float] = []
        for _ in 0..<2 {
            residual = Self.residual(centred, weights, side)
            deviation = smoothedMean(residual.map { $0 * $0 }, weights, Self.wide, side: side).map { $0.squareRoot() }
            for index in weights.indices {
                let (size, local) = (abs(residual[index]), deviation[index])
                let isUsable = size < 3 * local + noise / 2 && local < Self.noiseLimit * noise && local > noise / 100
                if !isUsable { weights[index] = 0 }
            }
        }
        weighted = weights.indices.map { index in
            weights[index] > 0 ? residual[index] / (deviation[index] * deviation[index] + noise * noise / 4) : 0
        }
        let usable = weights.count { $0 > 0 }
        usableShare = Double(usable) / Double(weights.count)
        guard usable >= Self.leastSamples else { return nil }
    }

    private static func residual(_ values: [Float], _ weights: [Float], _ side: Int) -> [Float] {
        let means = smoothedMean(values, weights, smooth, side: side)
        return values.indices.map { weights[$0] > 0 ? values[$0] - means[$0] : 0 }
    }

    private static func gradient(_ values: [Float], _ side: Int) -> [Float] {
        let down = edge.alongRows(edgeSlope.alongColumns(values, side: side), side: side)
        let across = edge.alongColumns(edgeSlope.alongRows(values, side: side), side: side)
        return zip(down, across).map { ($0 * $0 + $1 * $1).squareRoot() }
    }

    /// Without the samples that have a neighbour outside, up, down, left or right.
    private static func eroded(_ mask: [Bool], side: Int) -> [Bool] {
        mask.indices.map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: side)
            guard row > 0, column > 0, row < side - 1, column < side - 1 else { return false }
            return mask[index] && mask[index - 1] && mask[index + 1] && mask[index - side] && mask[index + side]
        }
    }

    /// With all samples at most two steps up, down, left or right away.
    private static func widened(_ mask: [Bool], side: Int) -> [Bool] {
        (0..<2).reduce(mask) { mask, _ in
            mask.indices.map { index in
                let (row, column) = index.quotientAndRemainder(dividingBy: side)
                return mask[index] || (row > 0 && mask[index - side]) || (row < side - 1 && mask[index + side])
                    || (column > 0 && mask[index - 1]) || (column < side - 1 && mask[index + 1])
            }
        }
    }
}
