/// Decodes and encodes pixel data. Native bytes are always as Explicit VR Little Endian holds them.
///
/// Every function may be called from any thread and blocks while it computes; a 512 × 512 slice takes about 20 ms with JPEG 2000.
public enum PixelCodec {
    /// The pixel values of a file in native form.
    ///
    /// - Returns: what the bytes are, and exactly `byteCount` of them. The description may differ from the file's where a codec
    ///   converts colour: `YBR_RCT` comes out as `RGB`, subsampled colour with full resolution.
    /// - Parameter limit: how large an image may be that comes from codestreams.
    /// - Throws: `noPixelData`, `unsupportedTransferSyntax`, `corruptCodestream`, `truncatedPixelData`, `pixelsTooLarge`, `decoderFailed`,
    ///   `decoderUnavailable`.
    public static func decode(_ file: DICOMFile, limit: DecodingLimit = DecodingLimit()) throws(DICOMError) -> (PixelDescription, [UInt8]) {
        do throws(DICOMError) {
            guard let description = file.pixels, let range = file.pixelDataRange, file.withheldByteCount == nil else {
                throw file.damage ?? DICOMError(.noPixelData, "the object has no pixel data", tag: .pixelData)
            }
            if let order = file.nativePixelOrder { return (description, order.native(file.expanded[range])) }
            let frames = try FragmentedFrames(file.expanded, range, frames: description.frames, syntax: file.transferSyntax)
            let codestreams = frames.codestreams(in: file.expanded)
            try limit.check(description, codestreamByteCount: codestreams.reduce(0) { $0 + $1.count })
            return try decode(codestreams, description, file.transferSyntax, by: CodecExecution.current)
        } catch {
            throw error.naming(file.name)
        }
    }

    /// Decodes fragments that this process has just encoded, to check them; in the calling thread, without an executor.
    public static func decode(_ pixels: EncapsulatedPixels) throws(DICOMError) -> (PixelDescription, [UInt8]) {
        guard pixels.fragments.count == pixels.description.frames else {
            throw DICOMError(
                .truncatedPixelData, "there are \(pixels.fragments.count) fragments for \(pixels.description.frames) frames",
                tag: .pixelData)
        }
        return try decode(pixels.fragments.map { $0[...] }, pixels.description, pixels.transferSyntax, by: InProcessCodecs())
    }

    private static func decode(
        _ codestreams: [ArraySlice<UInt8>], _ description: PixelDescription, _ syntax: TransferSyntax, by executor: some CodecExecutor
    ) throws(DICOMError) -> (PixelDescription, [UInt8]) {
        var native: [UInt8] = []
        var decoded: PixelDescription?
        for (index, codestream) in codestreams.enumerated() {
            let frame = try FrameCodec.decode(codestream, description, syntax, frame: index, by: executor)
            if let decoded, decoded != frame.description {
                throw DICOMError(.corruptCodestream, "frame \(index + 1) is encoded differently from the frames before", tag: .pixelData)
            }
            // Reserved only once a frame has proven that the announced sizes are real.
            if decoded == nil { native.reserveCapacity(frame.description.byteCount) }
            decoded = frame.description
            native += frame.bytes
        }
        guard let decoded, native.count == decoded.byteCount else {
            throw DICOMError(.corruptCodestream, "the frames do not decode to the size that the header describes", tag: .pixelData)
        }
        return (decoded, native)
    }

    /// Whether encoding the same pixels again gives the same codestream, in another process and on another machine as well.
    ///
    /// Where it does not, the codestream decodes to the same pixels all the same. OpenJPH 0.9 computes eight samples at a time and beyond
    /// the right edge of a subband with whatever is in memory there; all it may do is to code a block of zeros that it could leave out.
    public static func isReproducible(_ description: PixelDescription, as syntax: TransferSyntax) -> Bool {
        switch syntax.codec {
        case .highThroughputJPEG2000: HighThroughputFrame.fillsItsVectors(description)
        // Bytes differ from release to release of libjxl.
        case .jpegXL: false
        case .native, .jpeg, .jpegLS, .jpeg2000, .runLength, .other: true
        }
    }

    /// Encodes native bytes without loss, one fragment a frame.
    ///
    /// - Parameters:
    ///   - bytes: exactly `description.byteCount` of them.
    ///   - syntax: `jpeg2000Lossless` (or `jpeg2000`, reversible as well), `jpegLSLossless`, `jpegLosslessFirstOrder`,
    ///     `runLength`, `jpegXLLossless` or one of the three of high-throughput JPEG 2000.
    ///   - effort: what to spare, bytes or time; JPEG 2000 and JPEG XL alone have a choice.
    /// - Returns: the fragments and what the data set must say of them: `RGB` becomes `YBR_RCT` in JPEG 2000 of either kind, and the planar
    ///   configuration becomes 0.
    /// - Throws: `unsupportedTransferSyntax` for a syntax or kind of image that cannot be encoded here, `invalidValue` when samples
    ///   use bits beyond bits stored, `pixelLengthMismatch`, `encodingFailed`.
    public static func encode(
        _ bytes: [UInt8], _ description: PixelDescription, as syntax: TransferSyntax, effort: EncodingEffort = .compact
    ) throws(DICOMError) -> EncapsulatedPixels {
        guard bytes.count == description.byteCount else {
            throw DICOMError(
                .pixelLengthMismatch, "there are \(bytes.count) bytes for pixels that take \(description.byteCount)", tag: .pixelData)
        }
        guard description.bitsAllocated % 8 == 0 else {
            throw DICOMError(.unsupportedTransferSyntax, "one-bit samples cannot be encoded as \(syntax)", tag: .bitsAllocated)
        }
        var fragments: [[UInt8]] = []
        fragments.reserveCapacity(description.frames)
        var encoded = description
        for frame in 0..<description.frames {
            let start = frame * description.frameByteCount
            let result = try FrameCodec.encode(bytes[start..<start + description.frameByteCount], description, syntax, effort)
            encoded = result.description
            fragments.append(result.codestream)
        }
        return EncapsulatedPixels(transferSyntax: syntax, description: encoded, fragments: fragments)
    }
}

extension PixelCodec {
    /// Encodes a single frame without loss. As ``encode(_:_:as:effort:)`` does of all frames.
    ///
    /// - Parameters:
    ///   - bytes: exactly `description.byteCount` of them.
    ///   - description: of one frame.
    /// - Returns: the codestream, of even length, and what the data set must say of it.
    public static func encodeFrame(
        _ bytes: [UInt8], _ description: PixelDescription, as syntax: TransferSyntax, effort: EncodingEffort = .compact
    ) throws(DICOMError) -> (codestream: [UInt8], description: PixelDescription) {
        let encoded = try encode(bytes, description, as: syntax, effort: effort)
        guard encoded.fragments.count == 1 else {
            throw DICOMError(.encodingFailed, "a frame was encoded as \(encoded.fragments.count)", tag: .pixelData)
        }
        return (encoded.fragments[0], encoded.description)
    }
}
