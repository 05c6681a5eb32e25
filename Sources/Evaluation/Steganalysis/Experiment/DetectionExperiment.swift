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
