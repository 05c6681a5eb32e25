import SeededRandomness
public import StegoKit

/// The trials that every image goes through, and the seed from which all chance comes.
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

/// One way of hiding one amount, tried on every image.
public struct Trial: Hashable, Sendable {
    public let method: EmbeddingMethod
    public let payload: PayloadSize

    public init(method: EmbeddingMethod, payload: PayloadSize) {
        self.method = method
        self.payload = payload
    }
}

/// The amount that is to be hidden in an image.
public enum PayloadSize: Hashable, Sendable {
    case bytes(Int)
    /// Relative payload: bits for each sample of the image.
    case bitsPerSample(Double)

    /// The most that bytes may say; far beyond what any image here carries.
    private static let maximumBytes = 1 << 28

    /// Whole numbers are bytes ("1200"), numbers with a decimal point are bits a sample ("0.05").
    ///
    /// - Returns: `nil` for anything else, for nothing at all, and for more than 16 bits a sample.
    public init?(_ text: String) {
        if let bytes = Int(text) {
            guard (1...Self.maximumBytes).contains(bytes) else { return nil }
            self = .bytes(bytes)
        } else {
            guard text.contains("."), let ratio = Double(text), ratio > 0, ratio <= 16 else { return nil }
            self = .bitsPerSample(ratio)
        }
    }

    /// Whole bytes for an image of this many samples, at least one.
    public func byteCount(sampleCount: Int) -> Int {
        switch self {
        case .bytes(let count): count
        case .bitsPerSample(let ratio): max(1, Int((ratio * Double(sampleCount) / 8).rounded()))
        }
    }

    /// As a person writes it: "1200 B", "0.05 bit/sample".
    public var name: String {
        switch self {
        case .bytes(let count): "\(count) B"
        case .bitsPerSample(let ratio): "\(ratio) bit/sample"
        }
    }
}

extension SplitMix64 {
    /// A generator of its own for each combination of numbers, so that no result depends on the order in which work is done.
    public init(seed: UInt64, _ branches: UInt64...) {
        var state = seed
        for branch in branches {
            var mixed = SplitMix64(seed: state ^ (branch &* 0xD6E8_FEB8_6659_FD93))
            state = mixed.next()
        }
        self.init(seed: state)
    }
}
