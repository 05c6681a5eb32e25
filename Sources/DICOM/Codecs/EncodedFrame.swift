import CGDCM

/// One frame's codestream whose header has been compared with the data set, ready for a decoder.
///
/// Comparing comes first since decoders allocate and write by the codestream's own numbers.
public struct EncodedFrame: Sendable {
    /// Bare: without JP2 boxes around it or application segments in it.
    public let codestream: ArraySlice<UInt8>
    /// The data set's description of it.
    public let description: PixelDescription
    public let transferSyntax: TransferSyntax
    /// Counted from 0; for messages.
    public let index: Int
    private let decoder: Decoder

    /// The decoder of the frame, told what the codestream is to be.
    private enum Decoder: Sendable {
        case gdcm(GDCMFrame, cgdcm_codec, CodestreamHeader)
        case jpegXL(JPEGXLFrame)
    }

    /// - Throws: `unsupportedTransferSyntax` where there is no decoder, `corruptCodestream` where the codestream contradicts the data set.
    public init(
        codestream: ArraySlice<UInt8>, description: PixelDescription, transferSyntax: TransferSyntax, index: Int
    ) throws(DICOMError) {
        try Self.requireDecodable(description, transferSyntax)
        self.description = description
        self.transferSyntax = transferSyntax
        self.index = index
        if transferSyntax.codec == .jpegXL {
            self.codestream = codestream
            decoder = .jpegXL(try Self.jpegXLFrame(codestream, description, transferSyntax, index))
            return
        }
        guard let codec = transferSyntax.codec.gdcm else {
            throw DICOMError(.unsupportedTransferSyntax, "there is no decoder for \(transferSyntax)", tag: .transferSyntaxUID)
        }
        let bare =
            switch codec {
            case CGDCM_JPEG_2000: JP2Boxes.codestream(in: codestream)
            case CGDCM_JPEG_LS: JPEGLSSegments.withoutApplicationData(codestream)
            default: codestream
            }
        guard let header = CodestreamHeader.read(bare, codec: transferSyntax.codec),
            codec != CGDCM_JPEG || !JPEGSegments.reachBeyondTheEnd(bare)
        else {
            throw FrameCodec.corrupt(index, transferSyntax)
        }
        decoder = .gdcm(try GDCMFrame(decoding: header, description, frame: index), codec, header)
        self.codestream = bare
    }

    /// Of JPEG XL the size alone is compared here. What else the codestream says of itself is bits behind other bits, which the library
    /// reads; ``JPEGXLFrame`` compares it before there is a buffer.
    private static func jpegXLFrame(
        _ codestream: ArraySlice<UInt8>, _ description: PixelDescription, _ syntax: TransferSyntax, _ index: Int
    ) throws(DICOMError) -> JPEGXLFrame {
        guard let frame = JPEGXLFrame(decoding: description) else {
            throw DICOMError(.unsupportedTransferSyntax, "frames of this kind cannot be decoded from \(syntax)", tag: .pixelData)
        }
        guard let size = JPEGXLSize(codestream) else { throw FrameCodec.corrupt(index, syntax) }
        guard size == JPEGXLSize(columns: description.columns, rows: description.rows) else {
            throw DICOMError(
                .corruptCodestream,
                "frame \(index + 1) is encoded as \(size.columns) × \(size.rows) "
                    + "and the header says \(description.columns) × \(description.rows)", tag: .pixelData)
        }
        return frame
    }

    /// A frame of more bytes than this is refused: codestreams of a few bytes can announce any size.
    private static let maximumByteCount = 1 << 30

    static func requireDecodable(_ description: PixelDescription, _ syntax: TransferSyntax) throws(DICOMError) {
        guard description.bitsAllocated % 8 == 0, description.sampleCountOfFrame * description.bytesPerSample <= maximumByteCount else {
            throw DICOMError(.unsupportedTransferSyntax, "frames of this kind or size cannot be decoded from \(syntax)", tag: .pixelData)
        }
    }

    /// Samples of the frame, every one in full resolution.
    public var sampleCount: Int { description.sampleCountOfFrame }

    /// Bytes of the decoded frame.
    public var byteCount: Int { description.sampleCountOfFrame * description.bytesPerSample }

    /// The description of the decoded samples: a codec undoes its own colour transform and subsampling.
    func decodedDescription() throws(DICOMError) -> PixelDescription {
        try description.described(
            as: description.photometricInterpretation(decodedFrom: transferSyntax.codec), planarConfiguration: 0)
    }

    /// Decodes the frame in the calling thread.
    func decoded() throws(DICOMError) -> [UInt8] {
        switch decoder {
        case .jpegXL(let frame):
            guard let samples = frame.decode(codestream) else { throw FrameCodec.corrupt(index, transferSyntax) }
            return samples
        case .gdcm(let layout, let codec, let header):
            guard let bytes = highThroughputSamples() ?? samplesOfTiles(header) ?? layout.decode(codestream, codec) else {
                throw FrameCodec.corrupt(index, transferSyntax)
            }
            return StoredBits.canonical(bytes, precision: header.precision, in: description)
        }
    }

    /// The samples, decoded tile by tile, since the frame is huge; nil leaves it to the codec that holds several copies of it.
    private func samplesOfTiles(_ header: CodestreamHeader) -> [UInt8]? {
        guard transferSyntax.codec == .jpeg2000, description.isHuge else { return nil }
        return OpenJPEGFrame(decoding: header, description)?.decodeByTiles(codestream)
    }

    /// The samples that OpenJPH makes of a codestream that is safe to give to it; nil leaves it to OpenJPEG, which is slower and reads all.
    private func highThroughputSamples() -> [UInt8]? {
        guard transferSyntax.codec == .highThroughputJPEG2000, let sound = HighThroughputCodestream(codestream) else { return nil }
        return HighThroughputFrame(decoding: sound.header, description)?.decode(codestream)
    }
}

extension TransferSyntax.Codec {
    var gdcm: cgdcm_codec? {
        switch self {
        case .jpeg: CGDCM_JPEG
        case .jpegLS: CGDCM_JPEG_LS
        // OpenJPEG, behind GDCM's JPEG 2000 codec, reads high-throughput codestreams as well, but does not write them.
        case .jpeg2000, .highThroughputJPEG2000: CGDCM_JPEG_2000
        case .native, .jpegXL, .runLength, .other: nil
        }
    }
}
