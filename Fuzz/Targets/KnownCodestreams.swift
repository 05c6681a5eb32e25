import DICOM

/// Stands for the programs' codec workers: decodes what our own encoders made for the seeds, and fails with all else as a worker that died.
///
/// So targets above the codecs meet every way in which decoding ends, and no fault of a library that has its own target.
struct KnownCodestreams: CodecExecutor {
    private static let known = Result { () throws -> Set<[UInt8]> in
        var known: Set<[UInt8]> = []
        for syntax in SyntheticImages.lossless where syntax != .runLength {
            for description in try SyntheticImages.encoded(as: syntax) {
                known.formUnion(try PixelCodec.encode(SyntheticImages.samples(of: description), description, as: syntax).fragments)
            }
        }
        return known
    }

    /// More than any seed inflates to.
    private static let inflatedByteCount = 1 << 20

    func decode(_ frame: EncodedFrame) throws(DICOMError) -> [UInt8] {
        guard let known = try? Self.known.get(), known.contains(Array(frame.codestream)) else {
            throw DICOMError(.decoderFailed, "no seed has this codestream")
        }
        return try InProcessCodecs().decode(frame)
    }

    func inflate(_ stream: ArraySlice<UInt8>, limit: Int) throws(DICOMError) -> InflatedStream {
        try InProcessCodecs().inflate(stream, limit: min(limit, Self.inflatedByteCount))
    }

    func deflateParameters(reproducing stream: ArraySlice<UInt8>, inflated: [UInt8]) throws(DICOMError) -> DeflateParameters? {
        guard inflated.count < 1 << 14 else { return nil }
        return try InProcessCodecs().deflateParameters(reproducing: stream, inflated: inflated)
    }

    func deflate(_ bytes: [UInt8], _ parameters: DeflateParameters) throws(DICOMError) -> [UInt8] {
        try InProcessCodecs().deflate(bytes, parameters)
    }
}
