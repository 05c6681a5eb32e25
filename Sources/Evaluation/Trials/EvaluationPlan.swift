public import StegoKit

/// What is tried on every image, and the seed from which all chance comes.
public struct EvaluationPlan: Hashable, Sendable {
    public var methods: [EmbeddingMethod]
    /// Tried with every method, measured and attacked.
    public var payloads: [PayloadSize]
    public var featureSets: [FeatureSet]
    /// Determines payloads, keys, splits and learners.
    public var seed: UInt64
    /// Random divisions into training and testing halves; 0 for no steganalysis.
    public var splits: Int
    /// Blocks of one image for steganalysis at most; bounds memory.
    public var blocksPerImage: Int
    /// Whether the payloads of the published figures are measured as well.
    public var isCompared: Bool

    public init(
        methods: [EmbeddingMethod] = EmbeddingMethod.all, payloads: [PayloadSize] = defaultPayloads,
        featureSets: [FeatureSet] = FeatureSet.allCases, seed: UInt64 = 1, splits: Int = 10, blocksPerImage: Int = 64,
        isCompared: Bool = true
    ) {
        self.methods = methods
        self.payloads = payloads
        self.featureSets = featureSets
        self.seed = seed
        self.splits = splits
        self.blocksPerImage = blocksPerImage
        self.isCompared = isCompared
    }

    /// A typical record first: the header of a CT slice, compressed and sealed.
    public static let defaultPayloads: [PayloadSize] = [.bytes(1200), .bitsPerSample(0.1), .bitsPerSample(0.2), .bitsPerSample(0.4)]

    /// Measured and attacked.
    public var trials: [Trial] {
        payloads.flatMap { payload in methods.map { Trial(method: $0, payload: payload) } }
    }

    /// Measured only: what the published figures compare with.
    public var publishedTrials: [Trial] {
        guard isCompared else { return [] }
        return PublishedFigure.all.flatMap { figure in methods.map { Trial(method: $0, payload: figure.impliedPayload) } }
    }
}
