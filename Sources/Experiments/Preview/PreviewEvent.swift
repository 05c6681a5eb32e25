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
