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

/// Makes the precision of a codestream Bits Stored, as PS3.5 §8.2.4 asks; GDCM's encoder always announces Bits Allocated.
///
/// The announced precision decides one thing only: how far a decoder shifts unsigned samples (ISO/IEC 15444-1 §G.1). Everything else
/// follows from the exponents in the quantisation segment, which allow for more bits than there are. So unsigned samples are shifted
/// here, encoded as signed ones, which are never shifted, and the size segment is then given the true precision and sign. A decoder does
/// with the result what it would do with any codestream of that precision.
enum JPEG2000Precision {
    static func mustBeCorrected(_ description: PixelDescription, _ syntax: TransferSyntax) -> Bool {
        syntax.codec == .jpeg2000 && description.bitsStored < description.bitsAllocated
    }

    /// Unsigned samples less half of their range, signed samples as they are.
    static func levelShifted(_ frame: ArraySlice<UInt8>, _ description: PixelDescription) -> [UInt8] {
        guard !description.isSigned else { return Array(frame) }
        var shifted = Array(frame)
        if description.bitsAllocated == 8 {
            shift(&shifted, by: UInt8(1) << UInt8(description.bitsStored - 1))
        } else {
            shift(&shifted, by: UInt16(1) << UInt16(description.bitsStored - 1))
        }
        return shifted
    }

    private static func shift<Sample: FixedWidthInteger & UnsignedInteger>(_ bytes: inout [UInt8], by half: Sample) {
        bytes.withUnsafeMutableBytes { raw in
            let width = MemoryLayout<Sample>.size
            for start in stride(from: 0, to: raw.count - raw.count % width, by: width) {
                let sample = Sample(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: Sample.self))
                raw.storeBytes(of: (sample &- half).littleEndian, toByteOffset: start, as: Sample.self)
            }
        }
    }

    /// Writes Ssiz of each component (ISO/IEC 15444-1 Table A.11).
    ///
    /// - Throws: `encodingFailed` when the codestream does not start as this must.
    static func correct(_ codestream: inout [UInt8], _ description: PixelDescription) throws(DICOMError) {
        guard let header = CodestreamHeader.read(codestream[...], codec: .jpeg2000), header.components == description.samplesPerPixel,
            header.precision == description.bitsAllocated, header.isSigned
        else { throw DICOMError(.encodingFailed, "the encoder wrote an unexpected size segment", tag: .pixelData) }
        let depth = UInt8(truncatingIfNeeded: description.bitsStored - 1) | (description.isSigned ? 0x80 : 0)
        for component in 0..<header.components { codestream[CodestreamHeader.componentDepthOffset + 3 * component] = depth }
    }
}
