import CGDCM

/// Decodes and encodes single frames: run-length coding here, high-throughput JPEG 2000 through OpenJPH, everything else through GDCM.
enum FrameCodec {
    struct Decoded {
        let description: PixelDescription
        let bytes: [UInt8]
    }

    struct Encoded {
        let description: PixelDescription
        let codestream: [UInt8]
    }

    /// A frame of more bytes than this is refused: codestreams of a few bytes can announce any size.
    static let maximumFrameByteCount = 1 << 30

    static func decode(
        _ codestream: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax, frame: Int
    ) throws(DICOMError) -> Decoded {
        guard description.bitsAllocated % 8 == 0, description.sampleCountOfFrame * description.bytesPerSample <= maximumFrameByteCount
        else {
            throw DICOMError(.unsupportedTransferSyntax, "frames of this kind or size cannot be decoded from \(syntax)", tag: .pixelData)
        }
        guard syntax.codec != .runLength else {
            guard let bytes = RunLength.decode(codestream, description) else { throw corrupt(frame, syntax) }
            return Decoded(description: description, bytes: bytes)
        }
        guard let codec = syntax.codec.gdcm else {
            throw DICOMError(.unsupportedTransferSyntax, "there is no decoder for \(syntax)", tag: .transferSyntaxUID)
        }
        let bare =
            switch codec {
            case CGDCM_JPEG_2000: JP2Boxes.codestream(in: codestream)
            case CGDCM_JPEG_LS: JPEGLSSegments.withoutApplicationData(codestream)
            default: codestream
            }
        guard let header = CodestreamHeader.read(bare, codec: syntax.codec) else { throw corrupt(frame, syntax) }
        let frameLayout = try GDCMFrame(decoding: header, description, frame: frame)
        guard let bytes = highThroughputSamples(bare, description, syntax) ?? frameLayout.decode(bare, codec) else {
            throw corrupt(frame, syntax)
        }
        return Decoded(
            description: try description.described(
                as: description.photometricInterpretation(decodedFrom: syntax.codec), planarConfiguration: 0),
            bytes: StoredBits.canonical(bytes, precision: header.precision, in: description))
    }

    /// What OpenJPH makes of a codestream that is safe to give to it; nil leaves it to OpenJPEG, which is slower and reads all.
    private static func highThroughputSamples(
        _ codestream: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax
    ) -> [UInt8]? {
        guard syntax.codec == .highThroughputJPEG2000, let sound = HighThroughputCodestream(codestream) else { return nil }
        return HighThroughputFrame(decoding: sound.header, description)?.decode(codestream)
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
        guard let codec = syntax.codec.gdcm, let layout = GDCMFrame(encoding: description, syntax) else {
            throw unsupported(description, syntax)
        }
        var samples = try codecOrder(frame, description, syntax)
        if effort == .fast, syntax.codec == .jpeg2000, let codestream = BypassEncoder(description)?.encode(samples) {
            return Encoded(description: result, codestream: codestream)
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

extension TransferSyntax.Codec {
    fileprivate var gdcm: cgdcm_codec? {
        switch self {
        case .jpeg: CGDCM_JPEG
        case .jpegLS: CGDCM_JPEG_LS
        // OpenJPEG, behind GDCM's JPEG 2000 codec, reads high-throughput codestreams as well, but does not write them.
        case .jpeg2000, .highThroughputJPEG2000: CGDCM_JPEG_2000
        case .native, .runLength, .other: nil
        }
    }
}
