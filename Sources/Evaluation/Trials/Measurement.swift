public import StegoKit

/// What one trial did to one image.
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
