import DICOM

/// A stego file that has been written but not yet proven, with the figures for its report.
struct StegoDraft {
    var bytes: [UInt8]
    var header: DataSet
    var transferSyntax: TransferSyntax
    var hidden: HiddenPart
    /// Bytes of the coded record before it was sealed.
    var recordByteCount: Int

    func report(originalByteCount: Int, exactness: Exactness, notes: [String]) -> SealReport {
        SealReport(
            method: hidden.method?.description ?? "none", record: hidden.placement, bitsHidden: hidden.payloadByteCount * 8,
            peakSignalToNoiseRatio: hidden.quality?.finitePSNR,
            maximumChange: hidden.quality?.maximumChange ?? 0, changedSamples: hidden.quality?.changedSamples ?? 0,
            embeddingEfficiency: hidden.embeddingEfficiency, methodParameters: hidden.methodParameters,
            regionCoverage: hidden.region.flatMap { $0.region.isEmpty ? nil : $0.coverage },
            regionSource: hidden.region?.source.description,
            originalByteCount: originalByteCount, recordByteCount: recordByteCount, stegoByteCount: bytes.count,
            transferSyntax: transferSyntax.uid, exactness: exactness, notes: notes + hidden.notes)
    }
}

/// What went into the pixels, and what is left for the private element.
struct HiddenPart {
    var method: EmbeddingMethod?
    var placement: RecordPlacement
    var payloadByteCount = 0
    var quality: QualityReport?
    var element: ElementContent
    /// What embedding left alone; `nil` where every sample might change.
    var region: FoundRegion?
    /// Why less went into the pixels than was asked for.
    var notes: [String] = []

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
