/// The detectors' results for one trial with one set of features, over all splits.
public struct Detection: Hashable, Sendable {
    public let subject: DetectionTask
    /// Blocks that took part, each with its stego version.
    public let pairCount: Int
    public let imageCount: Int
    /// P_E of blocks.
    public let blockError: ResampledMean
    /// The error of blocks at the majority vote.
    public let majorityError: ResampledMean
    /// P_E of whole images.
    public let imageError: ResampledMean
    public let outcomes: [DetectionExperiment.Outcome]

    /// - Returns: `nil` without outcomes.
    public init?(_ subject: DetectionTask, pairCount: Int, imageCount: Int, outcomes: [DetectionExperiment.Outcome]) {
        guard let first = outcomes.first else { return nil }
        let ratio = Double(first.testingPairs) / Double(max(1, first.trainingPairs))
        self.subject = subject
        self.pairCount = pairCount
        self.imageCount = imageCount
        self.outcomes = outcomes
        blockError = ResampledMean(outcomes.map(\.blockError), testToTraining: ratio)
        majorityError = ResampledMean(outcomes.map(\.majorityError), testToTraining: ratio)
        imageError = ResampledMean(outcomes.map(\.imageError), testToTraining: ratio)
    }
}

/// The kind of image that a detector is trained to tell from covers.
public struct DetectionTask: Hashable, Sendable {
    public let trial: Trial
    public let features: FeatureSet
    /// Whether cover and stego are exchanged in half of the pairs, so that there is nothing to be learnt.
    public let isChance: Bool

    public init(trial: Trial, features: FeatureSet, isChance: Bool = false) {
        self.trial = trial
        self.features = features
        self.isChance = isChance
    }
}

/// The certainty with which a detector finds a method.
public enum Verdict: String, Hashable, Sendable {
    /// The interval of P_E reaches that of guessing.
    case atChance = "at chance"
    case weak = "weakly detectable"
    case detectable = "detectable"
    case plain = "plainly detectable"
    /// Nothing to judge by.
    case unknown = "not tested"

    /// - Parameters:
    ///   - error: P_E with its interval.
    ///   - chance: the same figure where there is nothing to learn.
    public init(of error: ResampledMean?, chance: ResampledMean?) {
        guard let error, let chance, error.mean.isFinite, chance.mean.isFinite else {
            self = .unknown
            return
        }
        if error.upper >= chance.mean - Self.indifference {
            self = .atChance
        } else if error.mean > 0.3 {
            self = .weak
        } else if error.mean > 0.1 {
            self = .detectable
        } else {
            self = .plain
        }
    }

    /// Differences from chance that nobody would call a detection.
    private static let indifference = 0.02
}
