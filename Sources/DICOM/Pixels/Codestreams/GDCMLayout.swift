import CGDCM

/// One frame as GDCM's codecs are told of it, checked so that no codec can write beyond the frame.
struct GDCMLayout {
    private let layout: cgdcm_layout
    private let description: PixelDescription
    /// Bytes of the frame in the codec's container: 8 bits for a precision up to 8, 16 for one up to 16, 32 beyond.
    private let frameByteCount: Int

    /// - Throws: `corruptCodestream` when the codestream contradicts the data set.
    init(decoding header: CodestreamHeader, _ description: PixelDescription, frame: Int) throws(DICOMError) {
        guard header.columns == description.columns, header.rows == description.rows, header.components == description.samplesPerPixel else {
            throw DICOMError(
                .corruptCodestream,
                "frame \(frame + 1) is encoded as \(header.columns) × \(header.rows) × \(header.components) "
                    + "and the header says \(description.columns) × \(description.rows) × \(description.samplesPerPixel)", tag: .pixelData)
        }
        guard (1...description.bitsAllocated).contains(header.precision), header.precision <= 32 else {
            throw DICOMError(
                .corruptCodestream, "frame \(frame + 1) has \(header.precision) bits a sample, the header allocates \(description.bitsAllocated)",
                tag: .pixelData)
        }
        let container = header.precision <= 8 ? 8 : header.precision <= 16 ? 16 : 32
        guard container <= description.bitsAllocated else {
            throw DICOMError(.corruptCodestream, "frame \(frame + 1) does not fit the allocated bits", tag: .bitsAllocated)
        }
        self.description = description
        frameByteCount = description.rows * description.columns * description.samplesPerPixel * container / 8
        layout = Self.layout(description, container: container, stored: header.precision, isSigned: header.isSigned)
    }

    /// Nil when GDCM cannot encode such an image in this syntax, or not safely.
    init?(encoding description: PixelDescription, _ syntax: TransferSyntax) {
        let isColour = description.samplesPerPixel == 3
        guard description.samplesPerPixel == 1 || isColour, description.bitsAllocated == 8 || description.bitsAllocated == 16,
            description.highBit == description.bitsStored - 1,
            description.frameByteCount == description.rows * description.columns * description.samplesPerPixel * description.bytesPerSample
        else { return nil }
        switch syntax.codec {
        case .jpeg2000:
            // GDCM encodes into a buffer of twice the frame's size without ever looking at its end, and derives no decomposition for an
            // image of one row or column. Headers take a few hundred bytes and the worst noise grows by less than half.
            guard description.frameByteCount >= 2048, description.rows > 1, description.columns > 1, description.bitsStored > 1 else { return nil }
        case .jpegLS:
            // For colour GDCM applies a transform that is CharLS's own and that no other decoder must know.
            guard !isColour else { return nil }
        default: break
        }
        self.description = description
        frameByteCount = description.frameByteCount
        layout = Self.layout(description, container: description.bitsAllocated, stored: description.bitsStored, isSigned: description.isSigned)
    }

    private static func layout(_ description: PixelDescription, container: Int, stored: Int, isSigned: Bool) -> cgdcm_layout {
        var layout = cgdcm_layout()
        // All of these were checked by PixelDescription to be far below their types' limits.
        layout.columns = UInt32(truncatingIfNeeded: description.columns)
        layout.rows = UInt32(truncatingIfNeeded: description.rows)
        layout.samples_per_pixel = UInt16(truncatingIfNeeded: description.samplesPerPixel)
        layout.bits_allocated = UInt16(truncatingIfNeeded: container)
        layout.bits_stored = UInt16(truncatingIfNeeded: stored)
        layout.high_bit = UInt16(truncatingIfNeeded: stored - 1)
        layout.is_signed = isSigned ? 1 : 0
        layout.planar_configuration = UInt16(truncatingIfNeeded: description.planarConfiguration)
        withUnsafeMutableBytes(of: &layout.photometric_interpretation) { name in
            let characters = description.photometricInterpretation.utf8.prefix(name.count - 1)
            for (index, character) in characters.enumerated() { name[index] = character }
        }
        return layout
    }

    func decode(
        _ codestream: ArraySlice<UInt8>, codec: cgdcm_codec, syntax: TransferSyntax, frame: Int
    ) throws(DICOMError) -> FrameCodec.Decoded {
        var layout = self.layout
        var status = CGDCM_EXCEPTION
        let decoded = [UInt8](unsafeUninitializedCapacity: frameByteCount) { buffer, count in
            status = codestream.withUnsafeBufferPointer {
                cgdcm_decode(codec, &layout, $0.baseAddress, $0.count, buffer.baseAddress, frameByteCount)
            }
            // The frame is written completely or not at all.
            count = status == CGDCM_OK ? frameByteCount : 0
        }
        guard status == CGDCM_OK else { throw FrameCodec.corrupt(frame, syntax) }
        let result = try described(layout)
        return FrameCodec.Decoded(description: result, bytes: StoredBits.widened(decoded, from: Int(layout.bits_allocated), layout.is_signed != 0, to: result))
    }

    func encode(_ frame: ArraySlice<UInt8>, codec: cgdcm_codec, syntax: TransferSyntax) throws(DICOMError) -> FrameCodec.Encoded {
        var layout = self.layout
        var buffer: OpaquePointer?
        let status = frame.withUnsafeBufferPointer { cgdcm_encode(codec, &layout, $0.baseAddress, $0.count, &buffer) }
        guard status == CGDCM_OK, let buffer, let bytes = cgdcm_buffer_bytes(buffer) else {
            throw DICOMError(.encodingFailed, "the frame could not be encoded as \(syntax)", tag: .pixelData)
        }
        defer { cgdcm_buffer_free(buffer) }
        let codestream = Array(UnsafeBufferPointer(start: bytes, count: cgdcm_buffer_length(buffer)))
        return FrameCodec.Encoded(description: try described(layout), codestream: codestream)
    }

    /// The data set's description with what the codec made of colour.
    private func described(_ layout: cgdcm_layout) throws(DICOMError) -> PixelDescription {
        let name = withUnsafeBytes(of: layout.photometric_interpretation) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return try PixelDescription(
            rows: description.rows, columns: description.columns, frames: description.frames,
            samplesPerPixel: description.samplesPerPixel, planarConfiguration: Int(layout.planar_configuration),
            photometricInterpretation: name, bitsAllocated: description.bitsAllocated, bitsStored: description.bitsStored,
            highBit: description.highBit, isSigned: description.isSigned, paddingRange: description.paddingRange)
    }
}
