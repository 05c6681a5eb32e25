import CGDCM

/// One frame as GDCM's codecs are told of it, checked so that no codec can write beyond the frame.
struct GDCMFrame {
    private let layout: cgdcm_layout
    /// Bytes of the frame in the codec's container: 8 bits for a precision up to 8, 16 for one up to 16, 32 beyond.
    private let byteCount: Int

    /// - Throws: `corruptCodestream` when the codestream contradicts the data set.
    init(decoding header: CodestreamHeader, _ description: PixelDescription, frame: Int) throws(DICOMError) {
        guard header.columns == description.columns, header.rows == description.rows, header.components == description.samplesPerPixel
        else {
            throw DICOMError(
                .corruptCodestream,
                "frame \(frame + 1) is encoded as \(header.columns) × \(header.rows) × \(header.components) "
                    + "and the header says \(description.columns) × \(description.rows) × \(description.samplesPerPixel)", tag: .pixelData)
        }
        let container = header.precision <= 8 ? 8 : header.precision <= 16 ? 16 : 32
        guard header.precision >= 1, header.precision <= 32, container <= description.bitsAllocated else {
            throw DICOMError(
                .corruptCodestream,
                "frame \(frame + 1) has \(header.precision) bits a sample, the header allocates \(description.bitsAllocated)",
                tag: .bitsAllocated)
        }
        byteCount = description.sampleCountOfFrame * container / 8
        // GDCM has one JPEG decoder each for 8, 12 and 16 bits, and chooses by the allocated bits.
        layout = Self.layout(
            description, container: header.isTwelveBitLossyJPEG ? 12 : container, stored: header.precision, isSigned: header.isSigned)
    }

    /// Nil when GDCM cannot encode such an image in this syntax, or not safely.
    init?(encoding description: PixelDescription, _ syntax: TransferSyntax) {
        let isColour = description.samplesPerPixel == 3
        guard description.samplesPerPixel == 1 || isColour, description.bitsAllocated == 8 || description.bitsAllocated == 16,
            description.highBit == description.bitsStored - 1
        else { return nil }
        switch syntax.codec {
        case .jpeg2000:
            // GDCM encodes into a buffer of twice the frame's size without ever looking at its end, and derives no decomposition for an
            // image of one row or column. Headers take a few hundred bytes and the worst noise grows by less than half.
            guard description.frameByteCount >= 2048, description.rows > 1, description.columns > 1, description.bitsStored > 1 else {
                return nil
            }
        case .jpegLS:
            // For colour GDCM applies a transform that is CharLS's own and that no other decoder must know.
            guard !isColour else { return nil }
        case .jpeg: break
        default: return nil
        }
        byteCount = description.frameByteCount
        // See JPEG2000Precision.
        let isShifted = JPEG2000Precision.mustBeCorrected(description, syntax)
        layout = Self.layout(
            description, container: description.bitsAllocated, stored: isShifted ? description.bitsAllocated : description.bitsStored,
            isSigned: isShifted || description.isSigned)
    }

    private static func layout(_ description: PixelDescription, container: Int, stored: Int, isSigned: Bool) -> cgdcm_layout {
        // All of these were checked by PixelDescription to be far below their types' limits.
        var layout = cgdcm_layout()
        layout.columns = UInt32(truncatingIfNeeded: description.columns)
        layout.rows = UInt32(truncatingIfNeeded: description.rows)
        layout.samples_per_pixel = UInt16(truncatingIfNeeded: description.samplesPerPixel)
        layout.bits_allocated = UInt16(truncatingIfNeeded: container)
        layout.bits_stored = UInt16(truncatingIfNeeded: stored)
        layout.is_signed = isSigned
        layout.color = color(description)
        return layout
    }

    private static func color(_ description: PixelDescription) -> cgdcm_color {
        switch description.photometricInterpretation {
        case "PALETTE COLOR": CGDCM_PALETTE
        case "RGB": CGDCM_RGB
        case "YBR_RCT", "YBR_ICT": CGDCM_YBR_OF_CODEC
        case "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420": CGDCM_YBR
        default: description.samplesPerPixel == 3 ? CGDCM_RGB : CGDCM_MONOCHROME
        }
    }

    /// Nil when the codestream cannot be decoded.
    func decode(_ codestream: ArraySlice<UInt8>, _ codec: cgdcm_codec) -> [UInt8]? {
        var status = CGDCM_FAILED
        let frame = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            status = codestream.withUnsafeBufferPointer {
                withUnsafePointer(to: layout) { [codestream = $0] in
                    cgdcm_decode(codec, $0, codestream.baseAddress, codestream.count, buffer.baseAddress, byteCount)
                }
            }
            // The frame is written completely or not at all.
            count = status == CGDCM_OK ? byteCount : 0
        }
        return status == CGDCM_OK ? frame : nil
    }

    /// Nil when the codec refuses the frame.
    func encode(_ frame: ArraySlice<UInt8>, _ codec: cgdcm_codec) -> [UInt8]? {
        var buffer: OpaquePointer?
        let status = frame.withUnsafeBufferPointer { frame in
            withUnsafePointer(to: layout) { cgdcm_encode(codec, $0, frame.baseAddress, frame.count, &buffer) }
        }
        guard status == CGDCM_OK, let buffer else { return nil }
        defer { cgdcm_buffer_free(buffer) }
        return Array(UnsafeBufferPointer(start: cgdcm_buffer_bytes(buffer), count: cgdcm_buffer_length(buffer)))
    }
}
