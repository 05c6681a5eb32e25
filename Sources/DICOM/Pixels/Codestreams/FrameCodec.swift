import CGDCM

/// Decodes and encodes single frames: run-length coding here, everything else through GDCM.
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
        guard description.bitsAllocated % 8 == 0, description.rows * description.columns * description.samplesPerPixel
            * description.bytesPerSample <= maximumFrameByteCount
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
        let bare = syntax.codec == .jpeg2000 ? JP2Boxes.codestream(in: codestream) : codestream
        guard let header = CodestreamHeader.read(bare, codec: syntax.codec) else { throw corrupt(frame, syntax) }
        let layout = try GDCMLayout(decoding: header, description, frame: frame)
        return try layout.decode(bare, codec: codec, syntax: syntax, frame: frame)
    }

    static func encode(
        _ frame: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax
    ) throws(DICOMError) -> Encoded {
        switch syntax.codec {
        case .runLength:
            guard description.samplesPerPixel * description.bytesPerSample <= 15 else { throw unsupported(description, syntax) }
            return Encoded(description: description, codestream: RunLength.encode(frame, description))
        case .jpeg, .jpegLS, .jpeg2000:
            guard let codec = syntax.codec.gdcm, let layout = GDCMLayout(encoding: description, syntax) else {
                throw unsupported(description, syntax)
            }
            guard StoredBits.areCanonical(frame, description) else {
                throw DICOMError(
                    .invalidValue, "samples use bits beyond the \(description.bitsStored) stored ones, which \(syntax) would lose",
                    tag: .bitsStored)
            }
            return try layout.encode(frame, codec: codec, syntax: syntax)
        case .native, .highThroughputJPEG2000, .other:
            throw unsupported(description, syntax)
        }
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
        // OpenJPEG, behind GDCM's JPEG 2000 codec, reads high-throughput codestreams as well.
        case .jpeg2000, .highThroughputJPEG2000: CGDCM_JPEG_2000
        case .native, .runLength, .other: nil
        }
    }
}
