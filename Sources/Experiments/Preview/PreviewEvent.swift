import Foundation
import Sending
import StegoKit

/// The `--json` line of `preview`.
package struct PreviewEvent: Encodable, Sendable {
    package let event = "preview"
    /// Where the picture is.
    package let picture: String
    /// Counted from 1.
    package let frame: Int
    let regionSource: String
    let regionCoverage: Double
    package let redactedRegions: Int
    package let redactedShare: Double
    /// Absent where nothing is filled.
    var redactionSource: String?
    package let method: String
    let payloadBytes: Int
    var changedSamples: Int?
    package var maximumChange: Int?
    package var psnr: Double?
    /// Only when the payload does not fit.
    var capacityBytes: Int?

    init(_ subject: PreviewSubject, frame: Int, picture: String) {
        self.picture = picture
        self.frame = frame
        regionSource = "\(subject.region.source)"
        regionCoverage = subject.region.coverage
        redactedRegions = subject.redaction.regionCount
        redactedShare = subject.redaction.share
        redactionSource = subject.redaction.source.isEmpty ? nil : subject.redaction.source
        method = subject.method.name
        payloadBytes = subject.payloadByteCount
        switch subject.outcome {
        case .tooLarge(let capacity): capacityBytes = capacity
        case .untouched: break
        case .embedded(_, let report):
            changedSamples = report.changedSamples
            maximumChange = report.maximumChange
            psnr = report.psnrOfUsedRange.isFinite ? report.psnrOfUsedRange : nil
        }
        let figures = PreviewFigures(subject, frame: frame - 1)
        summary = "region \(figures.source), \(figures.coverage); \(figures.redaction); \(figures.changes); \(figures.quality)"
    }

    /// For people.
    package let summary: String

    private enum CodingKeys: CodingKey {
        case event, picture, frame, regionSource, regionCoverage, redactedRegions, redactedShare, redactionSource, method, payloadBytes
        case changedSamples, maximumChange, psnr, capacityBytes
    }
}

/// The figures of a preview, in words.
struct PreviewFigures: Sendable {
    let source: String
    let coverage: String
    let image: String
    /// The text that would be filled.
    let redaction: String
    let changes: String
    let quality: String

    /// - Parameter frame: counted from 0.
    init(_ subject: PreviewSubject, frame: Int) {
        let planes = subject.cover
        source = "\(subject.region.source)"
        let inside = subject.region.region.sampleCount
        coverage = "\(Self.percent(subject.region.coverage)) of the image, \(inside) of \(planes.samplesPerPlane) samples"
        let frames = subject.description.frames > 1 ? ", frame \(frame + 1) of \(subject.description.frames)" : ""
        image = "\(planes.columns) × \(planes.rows), \(planes.bitsStored) bit\(frames)"
        let found = subject.redaction
        redaction =
            found.regionCount == 0
            ? "no text found"
            : "filled for the journey: \(found.regionCount) \(found.regionCount == 1 ? "region" : "regions"), \(Self.percent(found.share)) "
                + "(\(found.source))"
        switch subject.outcome {
        case .untouched(let reason):
            changes = reason
            quality = "its record travels beside the pixels"
        case .tooLarge(let capacity):
            changes = "\(subject.method): \(subject.payloadByteCount) bytes do not fit outside the region"
            quality = "\(capacity) bytes surely fit"
        case .embedded(_, let report):
            let carrier = (planes.samplesPerPlane - inside) * planes.planes.count
            let share = carrier > 0 ? Double(report.changedSamples) / Double(carrier) : 0
            changes =
                "\(subject.method), \(subject.payloadByteCount) bytes: \(report.changedSamples) of \(carrier) samples (\(Self.percent(share)))"
            let ratio = report.psnrOfUsedRange
            quality =
                ratio.isFinite
                ? String(format: "PSNR %.1f dB, largest change %d", ratio, report.maximumChange) : "largest change \(report.maximumChange)"
        }
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
