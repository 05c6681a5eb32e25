/// Fisher's linear discriminant on some of the features: one learner of the ensemble.
struct FisherDiscriminant {
    /// The features that it looks at.
    let subspace: [Int]
    private let weights: [Float]
    private let threshold: Float

    /// Added to the diagonal of the scatter, as a share of its mean, so that features that say the same do no harm.
    private static let ridge = 1e-3

    /// Trains on pairs.
    ///
    /// - Parameter multiplicities: how often each pair counts; 0 leaves it out.
    /// - Returns: `nil` when nothing tells the two classes apart.
    init?(on pairs: StandardisedPairs, multiplicities: [Int], subspace: [Int]) {
        let bag = WeightedBag(multiplicities)
        guard bag.total > 0, !subspace.isEmpty else { return nil }
        var samples = ScatterMatrix.Samples(rowCount: subspace.count, sampleCount: 2 * bag.pairs.count)
        var difference: [Double] = []
        for (row, feature) in subspace.enumerated() {
            let range = feature * pairs.pairCount..<(feature + 1) * pairs.pairCount
            let coverMean = bag.centre(pairs.cover[range], into: &samples, row: row, from: 0)
            let stegoMean = bag.centre(pairs.stego[range], into: &samples, row: row, from: bag.pairs.count)
            difference.append(Double(stegoMean) - Double(coverMean))
        }
        var scatter = ScatterMatrix.product(samples, size: subspace.count)
        scatter.addToDiagonal(max(Self.ridge * scatter.meanDiagonal, 1e-12))
        guard let factor = CholeskyFactor(scatter) else { return nil }
        let direction = factor.solve(difference)
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0, length.isFinite else { return nil }
        self.subspace = subspace
        weights = direction.map { Float($0 / length) }
        let scores = Self.project(pairs, subspace, weights)
        threshold = Self.bestThreshold(scores, multiplicities)
    }

    /// How far each pair's cover and stego are on the stego side of the threshold.
    func scores(of pairs: StandardisedPairs) -> (cover: [Float], stego: [Float]) {
        let scores = Self.project(pairs, subspace, weights)
        return (scores.cover.map { $0 - threshold }, scores.stego.map { $0 - threshold })
    }

    private static func project(_ pairs: StandardisedPairs, _ subspace: [Int], _ weights: [Float]) -> (cover: [Float], stego: [Float]) {
        func project(_ values: [Float]) -> [Float] {
            var scores = [Float](repeating: 0, count: pairs.pairCount)
            scores.withUnsafeMutableBufferPointer { scores in
                values.withUnsafeBufferPointer { values in
                    // Bounds: features are below featureCount, so each feature's pairCount values lie inside.
                    for (feature, weight) in zip(subspace, weights) {
                        let start = feature * pairs.pairCount
                        for pair in 0..<pairs.pairCount { scores[pair] += weight * values[start &+ pair] }
                    }
                }
            }
            return scores
        }
        return (project(pairs.cover), project(pairs.stego))
    }

    /// The threshold with the fewest errors on the training pairs, midway between two scores.
    private static func bestThreshold(_ scores: (cover: [Float], stego: [Float]), _ multiplicities: [Int]) -> Float {
        let bag = multiplicities.indices.filter { multiplicities[$0] > 0 }
        let covers = bag.map { (score: scores.cover[$0], weight: multiplicities[$0]) }
        let stegos = bag.map { (score: scores.stego[$0], weight: -multiplicities[$0]) }
        let sorted = (covers + stegos).sorted { $0.score < $1.score }
        // Below every score: all covers are false alarms. Each cover that comes to lie below takes its weight away, each stego adds its own.
        var best = (gain: 0, threshold: (sorted.first?.score ?? 0) - 1)
        var gain = 0
        for index in sorted.indices {
            gain += sorted[index].weight
            let next = index + 1 < sorted.count ? sorted[index + 1].score : sorted[index].score + 1
            if gain > best.gain, next > sorted[index].score { best = (gain, (sorted[index].score + next) / 2) }
        }
        return best.threshold
    }
}

/// A bootstrap sample: the pairs that were drawn, and how often.
private struct WeightedBag {
    let pairs: [Int]
    let total: Float
    private let weights: [Float]
    private let roots: [Float]

    init(_ multiplicities: [Int]) {
        pairs = multiplicities.indices.filter { multiplicities[$0] > 0 }
        weights = pairs.map { Float(multiplicities[$0]) }
        roots = weights.map { $0.squareRoot() }
        total = weights.reduce(0, +)
    }

    /// Writes the drawn values of one feature, less their weighted mean and times the root of their weight.
    ///
    /// - Parameter values: of the feature, for all pairs.
    /// - Returns: the weighted mean.
    func centre(_ values: ArraySlice<Float>, into samples: inout ScatterMatrix.Samples, row: Int, from first: Int) -> Float {
        values.withUnsafeBufferPointer { values in
            // Bounds: pairs are indices of the values.
            var sum: Float = 0
            for index in pairs.indices { sum += weights[index] * values[pairs[index]] }
            let mean = sum / total
            samples.withRow(row) { entries in
                for index in pairs.indices { entries[first &+ index] = roots[index] * (values[pairs[index]] - mean) }
            }
            return mean
        }
    }
}
