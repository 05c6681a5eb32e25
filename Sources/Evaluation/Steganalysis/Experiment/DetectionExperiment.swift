import SeededRandomness

/// Trains detectors on one half of the pairs and tests them on the other, over several random halves.
public enum DetectionExperiment {
    /// One split.
    public struct Outcome: Hashable, Sendable {
        /// P_E of blocks: the minimum over the thresholds.
        public let blockError: Double
        /// The error of blocks at the majority vote, a threshold that training alone fixes.
        public let majorityError: Double
        /// P_E of whole images, for which the votes of an image's blocks are added.
        public let imageError: Double
        public let outOfBagError: Double
        public let learnerCount: Int
        public let subspaceSize: Int
        public let trainingPairs: Int
        public let testingPairs: Int
        public let testingImages: Int
    }

    /// - Parameters:
    ///   - seed: of the splits; the same seed divides the same groups alike, whatever the features.
    ///   - split: counts the splits of an experiment.
    /// - Returns: `nil` for fewer than two groups.
    public static func run(_ pairs: FeaturePairs, split: Int, seed: UInt64) -> Outcome? {
        var generator = SplitMix64(seed: seed, UInt64(split))
        guard let halves = GroupSplit(groups: pairs.groups, seed: generator.next()) else { return nil }
        let standardised = StandardisedPairs(pairs, training: halves.training)
        let ensemble = DiscriminantEnsemble(standardised, training: halves.training, seed: generator.next())
        let cover = halves.testing.map { ensemble.coverVotes[$0] }
        let stego = halves.testing.map { ensemble.stegoVotes[$0] }
        var images: [Int: (cover: Double, stego: Double)] = [:]
        for (index, pair) in halves.testing.enumerated() {
            let sums = images[pairs.images[pair]] ?? (0, 0)
            images[pairs.images[pair]] = (sums.cover + cover[index], sums.stego + stego[index])
        }
        return Outcome(
            blockError: DetectionError.minimum(cover: cover, stego: stego),
            majorityError: DetectionError.atZero(cover: cover, stego: stego),
            imageError: DetectionError.minimum(cover: images.values.map(\.cover), stego: images.values.map(\.stego)),
            outOfBagError: ensemble.outOfBagError, learnerCount: ensemble.learnerCount, subspaceSize: ensemble.subspaceSize,
            trainingPairs: halves.training.count, testingPairs: halves.testing.count, testingImages: images.count)
    }
}

/// A division of pairs into halves for training and testing that keeps groups whole: what shares an image, a series or a patient resembles
/// itself, and a detector that has seen one part would look better on the other than it is.
public struct GroupSplit: Hashable, Sendable {
    public let training: [Int]
    public let testing: [Int]

    /// - Parameter groups: of each pair.
    /// - Returns: `nil` for fewer than two groups.
    public init?(groups: [Int], seed: UInt64) {
        var order = Array(Set(groups)).sorted()
        guard order.count >= 2 else { return nil }
        var generator = SplitMix64(seed: seed)
        order.shuffle(using: &generator)
        var sizes: [Int: Int] = [:]
        for group in groups { sizes[group, default: 0] += 1 }
        var chosen: Set<Int> = []
        var count = 0
        for group in order.dropLast() where count < groups.count / 2 {
            chosen.insert(group)
            count += sizes[group] ?? 0
        }
        training = groups.indices.filter { chosen.contains(groups[$0]) }
        testing = groups.indices.filter { !chosen.contains(groups[$0]) }
    }
}

/// The mean of a figure over repeated random splits of the same data, with a 95 % confidence interval.
///
/// The splits share their data, so their results are not independent and the usual interval would be far too narrow. This one is Nadeau and
/// Bengio's (Inference for the generalization error, Machine Learning 52, 2003): variance of the mean = s² · (1/k + test/training),
/// with Student's t of k − 1 degrees of freedom.
public struct ResampledMean: Hashable, Sendable {
    public let mean: Double
    /// Half the interval's length; infinite for fewer than two values.
    public let halfWidth: Double
    public let count: Int

    /// - Parameter testToTraining: how many times as large as the training half the testing half is.
    public init(_ values: [Double], testToTraining: Double = 1) {
        count = values.count
        guard !values.isEmpty else {
            (mean, halfWidth) = (.nan, .infinity)
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else {
            halfWidth = .infinity
            return
        }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        halfWidth = Self.student(values.count - 1) * (variance * (1 / Double(values.count) + testToTraining)).squareRoot()
    }

    public var lower: Double { mean - halfWidth }
    public var upper: Double { mean + halfWidth }

    /// The 0.975 quantile of Student's distribution.
    private static func student(_ degrees: Int) -> Double {
        let table = [
            12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
            2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
        ]
        // Beyond the table the first terms of the expansion in 1/degrees are good to three decimals.
        return degrees <= table.count ? table[degrees - 1] : 1.95996 + 2.3722 / Double(degrees)
    }
}
