public import StegoKit

/// The effect of one trial on one image.
public struct Measurement: Hashable, Sendable {
    /// The image's number in the report, from 1.
    public let image: Int
    public let trial: Trial
    public let payloadBits: Int
    public let quality: QualityReport
    /// PSNR against the used range with differences weighted by ``NoiseVisibility``, in dB; infinite if nothing differs.
    public let weightedPSNR: Double
    /// ``StructuralSimilarity``, the mean over the planes; `nil` for images smaller than its window.
    public let structuralSimilarity: Double?
    /// In bits a sample.
    public let coverEntropy: Double
    public let stegoEntropy: Double
    /// Bytes of all frames as JPEG 2000 lossless; `nil` where they cannot be coded.
    public let coverCodestreamBytes: Int?
    public let stegoCodestreamBytes: Int?
    /// Bytes of what the receiver needs besides to get the cover back; 0 for a reversible method.
    public let restorationBytes: Int
    public let embeddingSeconds: Double
    /// Taking the payload out and getting the cover back.
    public let extractionSeconds: Double
    /// Whether payload and cover came back bit for bit.
    public let isExact: Bool

    /// Payload bits for each sample of the image.
    public var relativePayload: Double { Double(payloadBits) / Double(max(1, quality.sampleCount)) }

    /// PSNR as if the peak were 255, whatever the image's depth: the figure that 8-bit publications print for this mean squared error.
    public var psnrOfEightBits: Double { PeakSignalToNoise.decibels(peak: 255, meanSquaredError: quality.meanSquaredError) }

    /// Payload bits for each changed sample; infinite if nothing changed.
    public var efficiency: Double { Double(payloadBits) / Double(quality.changedSamples) }

    /// Growth of the losslessly compressed image as a share of its size.
    public var codestreamGrowth: Double? {
        guard let before = coverCodestreamBytes, let after = stegoCodestreamBytes, before > 0 else { return nil }
        return Double(after - before) / Double(before)
    }
}

/// Means of a trial's figures over the images that hold its payload.
public struct TrialSummary: Hashable, Sendable {
    public let trial: Trial
    public let imageCount: Int
    /// Bits a sample.
    public let relativePayload: Double
    public let meanSquaredError: Double
    /// dB; means over the images in which anything changed.
    public let psnrOfUsedRange: Double
    public let psnrOfStoredRange: Double
    public let psnrOfEightBits: Double
    public let weightedPSNR: Double
    public let lowestPSNR: Double
    public let structuralSimilarity: Double?
    public let coverEntropy: Double
    public let stegoEntropy: Double
    /// Share of all samples.
    public let changedShare: Double
    /// The largest in any image.
    public let maximumChange: Int
    /// Payload bits of all images together for each sample changed in any.
    public let efficiency: Double
    public let codestreamGrowth: Double?
    public let restorationBytes: Double
    public let embeddingSeconds: Double
    public let extractionSeconds: Double
    /// Whether payload and cover came back exactly from every image.
    public let isExact: Bool

    /// - Returns: `nil` for no measurements.
    init?(_ trial: Trial, _ measurements: [Measurement]) {
        guard !measurements.isEmpty else { return nil }
        func mean(_ values: [Double]) -> Double {
            let finite = values.filter(\.isFinite)
            return finite.isEmpty ? (values.first ?? .nan) : finite.reduce(0, +) / Double(finite.count)
        }
        func mean(_ figure: (Measurement) -> Double) -> Double { mean(measurements.map(figure)) }
        func meanOrNil(_ figure: (Measurement) -> Double?) -> Double? {
            let values = measurements.compactMap(figure)
            return values.isEmpty ? nil : mean(values)
        }
        self.trial = trial
        imageCount = measurements.count
        relativePayload = mean { $0.relativePayload }
        meanSquaredError = mean { $0.quality.meanSquaredError }
        psnrOfUsedRange = mean { $0.quality.psnrOfUsedRange }
        psnrOfStoredRange = mean { $0.quality.psnrOfStoredRange }
        psnrOfEightBits = mean { $0.psnrOfEightBits }
        weightedPSNR = mean { $0.weightedPSNR }
        lowestPSNR = measurements.map(\.quality.psnrOfUsedRange).min() ?? .nan
        structuralSimilarity = meanOrNil { $0.structuralSimilarity }
        coverEntropy = mean { $0.coverEntropy }
        stegoEntropy = mean { $0.stegoEntropy }
        changedShare = mean { Double($0.quality.changedSamples) / Double(max(1, $0.quality.sampleCount)) }
        maximumChange = measurements.map(\.quality.maximumChange).max() ?? 0
        let changed = measurements.reduce(0) { $0 + $1.quality.changedSamples }
        efficiency = Double(measurements.reduce(0) { $0 + $1.payloadBits }) / Double(changed)
        codestreamGrowth = meanOrNil { $0.codestreamGrowth }
        restorationBytes = mean { Double($0.restorationBytes) }
        embeddingSeconds = mean { $0.embeddingSeconds }
        extractionSeconds = mean { $0.extractionSeconds }
        isExact = measurements.allSatisfy(\.isExact)
    }
}
