import DICOM
import Foundation
import StegoKit

/// What the figures of all stego versions of an image have in common, computed once.
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
