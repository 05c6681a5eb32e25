extension PixelDescription {
    /// Samples of one frame with every sample in full resolution.
    var sampleCountOfFrame: Int { rows * columns * samplesPerPixel }

    /// The same pixels under another colour model or order.
    public func described(as photometricInterpretation: String, planarConfiguration: Int) throws(DICOMError) -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: samplesPerPixel, planarConfiguration: planarConfiguration,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsAllocated, bitsStored: bitsStored, highBit: highBit,
            isSigned: isSigned, paddingRange: paddingRange)
    }

    /// The same frame a number of times.
    public func repeated(_ frames: Int) throws(DICOMError) -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: samplesPerPixel, planarConfiguration: planarConfiguration,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsAllocated, bitsStored: bitsStored, highBit: highBit,
            isSigned: isSigned, paddingRange: paddingRange)
    }

    /// What native samples are after a codec has undone its own colour transform and subsampling (PS3.5 §8.2).
    func photometricInterpretation(decodedFrom codec: TransferSyntax.Codec) -> String {
        switch (codec, photometricInterpretation) {
        case (.jpeg2000, "YBR_RCT"), (.jpeg2000, "YBR_ICT"), (.highThroughputJPEG2000, "YBR_RCT"), (.highThroughputJPEG2000, "YBR_ICT"):
            "RGB"
        case (.jpeg, "YBR_FULL_422"): "YBR_FULL"
        default: photometricInterpretation
        }
    }

    /// What the data set must say of a codestream: JPEG 2000 of either kind transforms `RGB` reversibly (PS3.5 §8.2.4).
    func photometricInterpretation(encodedFor codec: TransferSyntax.Codec) -> String {
        let transforms = codec == .jpeg2000 || codec == .highThroughputJPEG2000
        return transforms && photometricInterpretation == "RGB" ? "YBR_RCT" : photometricInterpretation
    }
}
