/// Decodes and encodes single frames: run-length coding here, high-throughput JPEG 2000 through OpenJPH, JPEG XL through
/// libjxl, everything else through GDCM.
enum FrameCodec {
    struct Decoded {
        let description: PixelDescription
        let bytes: [UInt8]
    }

    struct Encoded {
        let description: PixelDescription
        let codestream: [UInt8]
    }

    /// - Parameter executor: runs the library, where the codec has one.
    static func decode(
        _ codestream: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax, frame: Int,
        by executor: some CodecExecutor
    ) throws(DICOMError) -> Decoded {
        guard syntax.codec != .runLength else {
            try EncodedFrame.requireDecodable(description, syntax)
            guard let bytes = RunLength.decode(codestream, description) else { throw corrupt(frame, syntax) }
            return Decoded(description: description, bytes: bytes)
        }
        let encoded = try EncodedFrame(codestream: codestream, description: description, transferSyntax: syntax, index: frame)
        return Decoded(description: try encoded.decodedDescription(), bytes: try executor.decode(encoded))
    }

    static func encode(
        _ frame: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax, _ effort: EncodingEffort
    ) throws(DICOMError) -> Encoded {
        guard description.bitsAllocated % 8 == 0, frame.count == description.sampleCountOfFrame * description.bytesPerSample else {
            throw unsupported(description, syntax)
        }
        if syntax.codec == .runLength {
            guard let codestream = RunLength.encode(frame, description) else { throw unsupported(description, syntax) }
            return Encoded(description: description, codestream: codestream)
        }
        let result = try description.described(as: description.photometricInterpretation(encodedFor: syntax.codec), planarConfiguration: 0)
        if syntax.codec == .highThroughputJPEG2000 {
            return Encoded(description: result, codestream: try highThroughputCodestream(frame, description, syntax))
        }
        if syntax.codec == .jpegXL {
            return Encoded(description: result, codestream: try jpegXLCodestream(frame, description, syntax, effort))
        }
        guard let codec = syntax.codec.gdcm, let layout = GDCMFrame(encoding: description, syntax) else {
            throw unsupported(description, syntax)
        }
        var samples = try codecOrder(frame, description, syntax)
        if syntax.codec == .jpeg2000, description.isHuge || effort == .fast, let frame = OpenJPEGFrame(encoding: description) {
            let codestream =
                description.isHuge ? frame.encodeInTiles(samples, withBypass: effort == .fast) : frame.encodeWithBypass(samples)
            if let codestream { return Encoded(description: result, codestream: codestream) }
        }
        let mustCorrectPrecision = JPEG2000Precision.mustBeCorrected(description, syntax)
        if mustCorrectPrecision { samples = JPEG2000Precision.levelShifted(samples, description)[...] }
        guard var codestream = layout.encode(samples, codec) else {
            throw DICOMError(.encodingFailed, "the frame could not be encoded as \(syntax)", tag: .pixelData)
        }
        if mustCorrectPrecision { try JPEG2000Precision.correct(&codestream, description) }
        return Encoded(description: result, codestream: codestream)
    }

    private static func highThroughputCodestream(
        _ frame: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax
    ) throws(DICOMError) -> [UInt8] {
        guard let layout = HighThroughputFrame(encoding: description) else { throw unsupported(description, syntax) }
        guard let codestream = layout.encode(try codecOrder(frame, description, syntax)) else {
            throw DICOMError(.encodingFailed, "the frame could not be encoded as \(syntax)", tag: .pixelData)
        }
        return syntax == .highThroughputJPEG2000LosslessRPCL ? try TilePartLengths.inserted(into: codestream) : codestream
    }

    private static func jpegXLCodestream(
        _ frame: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax, _ effort: EncodingEffort
    ) throws(DICOMError) -> [UInt8] {
        guard let layout = JPEGXLFrame(encoding: description) else { throw unsupported(description, syntax) }
        guard let codestream = layout.encode(try codecOrder(frame, description, syntax), effort: effort) else {
            throw DICOMError(.encodingFailed, "the frame could not be encoded as \(syntax)", tag: .pixelData)
        }
        return codestream
    }

    /// The samples of each pixel together.
    ///
    /// - Throws: `invalidValue` when samples use bits that a codec would not keep.
    private static func codecOrder(
        _ frame: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax
    ) throws(DICOMError) -> ArraySlice<UInt8> {
        guard StoredBits.areCanonical(frame, description) else {
            throw DICOMError(
                .invalidValue, "samples use bits beyond the \(description.bitsStored) stored ones, which \(syntax) would lose",
                tag: .bitsStored)
        }
        return description.planarConfiguration == 1 ? PlanarConfiguration.interleaved(frame, description)[...] : frame
    }

    static func corrupt(_ frame: Int, _ syntax: TransferSyntax) -> DICOMError {
        DICOMError(.corruptCodestream, "frame \(frame + 1) cannot be decoded as \(syntax)", tag: .pixelData)
    }

    private static func unsupported(_ description: PixelDescription, _ syntax: TransferSyntax) -> DICOMError {
        DICOMError(
            .unsupportedTransferSyntax,
            "\(description.photometricInterpretation) of \(description.bitsStored) in \(description.bitsAllocated) bits cannot be encoded as \(syntax)",
            tag: .transferSyntaxUID)
    }
}
