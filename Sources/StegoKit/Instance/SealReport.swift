import DICOM

/// The place in which an instance's sealed record rides.
public enum RecordPlacement: String, Sendable, Codable {
    case pixels
    /// Identity and digests in the pixels, the whole record in the sealed private element.
    case pixelsAndElement = "pixels+element"
    case element
}

/// The proven closeness of a restored file to the original.
public enum Exactness: String, Sendable, Codable {
    /// Byte for byte.
    case bytes
    /// Pixel for pixel and element for element; the encapsulated codestreams may differ.
    case pixelsAndElements = "pixels+elements"
    /// An archive has stripped a part on the way; the report says what of the file is not proven.
    case unproven
}

/// The report on sealing one instance.
public struct SealReport: Sendable, Codable, Equatable {
    /// The embedding method's name; `none` where the pixels carry nothing.
    public var method: String
    public var record: RecordPlacement
    /// Bits that the pixels carry: sealed record or excerpt, without the embedding's own parameters.
    public var bitsHidden: Int
    /// Peak signal-to-noise ratio in dB against the range of values that the image uses; `nil` when no sample changed
    /// and for an image that uses one value only.
    public var peakSignalToNoiseRatio: Double?
    /// The largest change of a sample, in stored values.
    public var maximumChange: Int
    public var changedSamples: Int
    /// Bits hidden for each changed sample; `nil` when none changed.
    public var embeddingEfficiency: Double?
    /// The value of every parameter of the method, by name; `nil` where it has none.
    public var methodParameters: [String: Int]?
    /// The share of the image that embedding had to leave as it is, 0 … 1; `nil` where every sample might change.
    public var regionCoverage: Double?
    /// Where that region came from, or why there was none; `nil` where none was asked for.
    public var regionSource: String?
    public var originalByteCount: Int
    /// Of the coded record before it is sealed.
    public var recordByteCount: Int
    public var stegoByteCount: Int
    /// Transfer syntax UID of the stego file.
    public var transferSyntax: String
    public var exactness: Exactness
    /// Why the instance went another way than the first choice, for a person; empty as a rule.
    public var notes: [String]
    /// Why the caller chose the encoding, for a person; the caller's to set.
    public var encodingReason: String?
    /// Connected regions of the image that were filled; `nil` where none were.
    public var redactedRegions: Int?
    /// The share of the image that was filled, 0 … 1; `nil` where nothing was.
    public var redactedShare: Double?
    /// The source that found those regions, for a person; `nil` where there are none.
    public var redactionSource: String?
    /// Whether text is probable in an image that is shown as it is; `nil` where it is not.
    public var probablyShowsText: Bool?

    /// The codec of the stego file's pixels; `none` for native ones and for codestreams that were passed through.
    public var codec: StegoCodec { StegoCodec(transferSyntax: transferSyntax) }
}

/// A stego file that has been written but not yet proven, with the figures for its report.
struct StegoDraft {
    var bytes: [UInt8]
    var header: DataSet
    var transferSyntax: TransferSyntax
    var hidden: HiddenPart
    /// Bytes of the coded record before it was sealed.
    var recordByteCount: Int

    func report(originalByteCount: Int, exactness: Exactness, notes: [String]) -> SealReport {
        hidden.report(
            originalByteCount: originalByteCount, stegoByteCount: bytes.count, recordByteCount: recordByteCount,
            transferSyntax: transferSyntax, exactness: exactness, notes: notes)
    }
}

/// The part of a record that went into the pixels, and the part that is left for the private element.
struct HiddenPart {
    var method: EmbeddingMethod?
    var placement: RecordPlacement
    var payloadByteCount = 0
    var quality: QualityReport?
    var element: ElementContent
    /// The region that embedding left alone; `nil` where every sample might change.
    var region: FoundRegion?
    /// The regions that were filled; `nil` where nothing was.
    var redaction: FoundRedaction?
    /// Whether the image is shown as it is although text is probable in it.
    var probablyShowsText = false
    /// Why less went into the pixels than was asked for.
    var notes: [String] = []

    /// - Parameter recordByteCount: of the coded record before it was sealed.
    func report(
        originalByteCount: Int, stegoByteCount: Int, recordByteCount: Int, transferSyntax: TransferSyntax, exactness: Exactness,
        notes earlierNotes: [String]
    ) -> SealReport {
        SealReport(
            method: method?.name ?? "none", record: placement, bitsHidden: payloadByteCount * 8,
            peakSignalToNoiseRatio: quality?.finitePSNR, maximumChange: quality?.maximumChange ?? 0,
            changedSamples: quality?.changedSamples ?? 0, embeddingEfficiency: embeddingEfficiency, methodParameters: methodParameters,
            regionCoverage: region.flatMap { $0.region.isEmpty ? nil : $0.coverage }, regionSource: region?.source.description,
            originalByteCount: originalByteCount, recordByteCount: recordByteCount, stegoByteCount: stegoByteCount,
            transferSyntax: transferSyntax.uid, exactness: exactness, notes: earlierNotes + notes,
            redactedRegions: redaction.map { $0.mask.regions.count }, redactedShare: redaction?.mask.coverage,
            redactionSource: redaction?.sources.joined(separator: ", "), probablyShowsText: probablyShowsText ? true : nil)
    }

    /// `nil` where there are none.
    var methodParameters: [String: Int]? {
        method.flatMap { $0.parameterValues.isEmpty ? nil : $0.parameterValues }
    }

    /// Bits hidden for each changed sample; `nil` when none changed.
    var embeddingEfficiency: Double? {
        guard let quality, quality.changedSamples > 0 else { return nil }
        return Double(payloadByteCount * 8) / Double(quality.changedSamples)
    }
}

extension QualityReport {
    /// `nil` where the ratio says nothing: when no sample changed, and for an image of one single value.
    fileprivate var finitePSNR: Double? {
        psnrOfUsedRange.isFinite ? psnrOfUsedRange : nil
    }
}
