import DICOM
import Foundation
import SeededRandomness
import StegoKit

/// Runs all trials on one image.
public struct SubjectEvaluator: Sendable {
    private let plan: EvaluationPlan

    public init(_ plan: EvaluationPlan) { self.plan = plan }

    /// Measures every trial and takes the features of the blocks. Blocks for seconds; holds the image and one stego version of it.
    ///
    /// - Throws: ``EmbeddingError`` for planes that contradict themselves, and when something was extracted that was not embedded.
    public func evaluate(_ subject: Subject) throws -> SubjectResult {
        let cover = CoverFigures(subject)
        let grid = BlockGrid(of: subject.planes, limit: plan.splits > 0 ? plan.blocksPerImage : 0)
        var result = SubjectResult(facts: subject.facts, blockCount: grid.places.count)
        for set in plan.featureSets { result.coverFeatures[set] = set.features(of: subject.planes, in: grid) }
        for trial in plan.trials {
            guard let stego = try measure(trial, on: subject, cover, &result) else { continue }
            var features: [FeatureSet: FeatureRows] = [:]
            for set in plan.featureSets { features[set] = set.features(of: stego, in: grid) }
            result.stegoFeatures[trial] = features
        }
        // Different figures may imply the same payload; and it may be among the plan's.
        var published = Set(plan.trials)
        for trial in plan.publishedTrials where published.insert(trial).inserted { _ = try measure(trial, on: subject, cover, &result) }
        return result
    }

    /// Pictures and histograms of an image and its stego versions. Embeds once more; as slow as ``evaluate(_:)`` without the measuring.
    ///
    /// - Returns: `nil` for an image that cannot be drawn.
    public func illustrate(_ subject: Subject) throws -> Illustration? {
        guard var illustration = try Illustration(of: subject) else { return nil }
        for trial in plan.trials {
            var stego = subject.planes
            guard (try? trial.method.embed(payload(trial, subject), into: &stego, key: key(trial, subject))) != nil else { continue }
            try illustration.add(stego, of: trial)
        }
        return illustration
    }

    /// - Returns: the stego planes; `nil` when the payload does not fit, which is recorded.
    private func measure(
        _ trial: Trial, on subject: Subject, _ cover: CoverFigures, _ result: inout SubjectResult
    ) throws -> SamplePlanes? {
        let planes = subject.planes
        let payload = payload(trial, subject)
        let key = try key(trial, subject)
        let clock = ContinuousClock()
        var stego = planes
        let embedding: Embedding
        let start = clock.now
        do {
            embedding = try trial.method.embed(payload, into: &stego, key: key)
        } catch let error {
            guard case .payloadTooLarge(let capacity) = error.code else { throw error }
            result.unfit.append(UnfitTrial(image: subject.number, trial: trial, byteCount: payload.count, capacity: capacity))
            return nil
        }
        let embedded = clock.now
        var restored = stego
        // The receiving side does not know the region.
        restored.regionOfInterest = nil
        let extraction = try EmbeddingMethod.extract(from: &restored, key: key)
        if !extraction.isRestored, let restoration = embedding.restoration {
            try trial.method.restore(&restored, restoration: restoration, key: key)
        }
        let extracted = clock.now
        let isExact = extraction.payload == payload && restored.planes == planes.planes
        result.measurements.append(
            try cover.measurement(
                of: stego, trial: trial, payloadBits: payload.count * 8, restorationBytes: embedding.restoration?.count ?? 0,
                seconds: ((embedded - start).inSeconds, (extracted - embedded).inSeconds), isExact: isExact))
        return stego
    }

    /// Random bytes, as sealed records look; the same for every method, so that they differ in nothing else.
    private func payload(_ trial: Trial, _ subject: Subject) -> [UInt8] {
        let count = trial.payload.byteCount(sampleCount: subject.planes.sampleCount)
        var generator = SplitMix64(seed: plan.seed, UInt64(subject.number), UInt64(count))
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private func key(_ trial: Trial, _ subject: Subject) throws(SealingError) -> InstanceKey {
        var generator = SplitMix64(seed: plan.seed, UInt64(subject.number), UInt64(trial.method.number) + 1 << 32)
        let bytes = (0..<StudyKey.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return try StudyKey(bytes: bytes).instanceKey(for: "2.25.\(subject.number)")
    }
}

/// The results of all trials of one image.
public struct SubjectResult: Sendable {
    public let facts: SubjectFacts
    public let blockCount: Int
    public var measurements: [Measurement] = []
    public var unfit: [UnfitTrial] = []
    public var coverFeatures: [FeatureSet: FeatureRows] = [:]
    public var stegoFeatures: [Trial: [FeatureSet: FeatureRows]] = [:]

    init(facts: SubjectFacts, blockCount: Int) {
        self.facts = facts
        self.blockCount = blockCount
    }
}

/// A payload that an image does not hold by a method.
public struct UnfitTrial: Hashable, Sendable {
    public let image: Int
    public let trial: Trial
    public let byteCount: Int
    public let capacity: Int
}

extension Duration {
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

/// The part that the figures of all stego versions of an image have in common, computed once.
struct CoverFigures {
    private let subject: Subject
    private let entropy: Double
    private let codestreamBytes: Int?
    private let similarities: [StructuralSimilarity?]
    private let visibilities: [NoiseVisibility?]

    init(_ subject: Subject) {
        self.subject = subject
        let planes = subject.planes
        let histogram = SampleHistogram(of: planes)
        entropy = histogram.entropy
        codestreamBytes = Self.codestreamBytes(of: planes, like: subject)
        let range = histogram.usedLevels.map { $0.upperBound - $0.lowerBound } ?? 0
        similarities = planes.planes.map {
            StructuralSimilarity(cover: $0, rows: planes.rows, columns: planes.columns, dataRange: range)
        }
        visibilities = planes.planes.map { NoiseVisibility(cover: $0, rows: planes.rows, columns: planes.columns) }
    }

    func measurement(
        of stego: SamplePlanes, trial: Trial, payloadBits: Int, restorationBytes: Int, seconds: (embedding: Double, extraction: Double),
        isExact: Bool
    ) throws(EmbeddingError) -> Measurement {
        let quality = try QualityReport(cover: subject.planes, stego: stego)
        return Measurement(
            image: subject.number, trial: trial, payloadBits: payloadBits, quality: quality,
            weightedPSNR: weightedPSNR(of: stego, quality), structuralSimilarity: structuralSimilarity(of: stego), coverEntropy: entropy,
            stegoEntropy: SampleHistogram(of: stego).entropy, coverCodestreamBytes: codestreamBytes,
            stegoCodestreamBytes: codestreamBytes == nil ? nil : Self.codestreamBytes(of: stego, like: subject),
            restorationBytes: restorationBytes, embeddingSeconds: seconds.embedding, extractionSeconds: seconds.extraction, isExact: isExact
        )
    }

    private func weightedPSNR(of stego: SamplePlanes, _ quality: QualityReport) -> Double {
        let sum = zip(visibilities, stego.planes).reduce(0) { $0 + ($1.0?.weightedSquaredError(of: $1.1) ?? 0) }
        return PeakSignalToNoise.decibels(peak: quality.usedRange, meanSquaredError: sum / Double(max(1, quality.sampleCount)))
    }

    private func structuralSimilarity(of stego: SamplePlanes) -> Double? {
        let indices = zip(similarities, stego.planes).compactMap { $0?.index(of: $1) }
        return indices.isEmpty ? nil : indices.reduce(0, +) / Double(indices.count)
    }

    private static func codestreamBytes(of planes: SamplePlanes, like subject: Subject) -> Int? {
        guard let native = subject.samples.native(planes),
            let coded = try? PixelCodec.encode(native, subject.samples.description, as: .jpeg2000Lossless)
        else { return nil }
        return coded.fragments.reduce(0) { $0 + $1.count }
    }
}
