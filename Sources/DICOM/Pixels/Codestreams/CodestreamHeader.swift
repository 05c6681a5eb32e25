/// A codestream's description of itself, read before any decoder sees it.
///
/// Decoders allocate and write by the codestream's own numbers; comparing these with the data set first is what makes a lying
/// codestream harmless.
struct CodestreamHeader: Equatable {
    var columns: Int
    var rows: Int
    var components: Int
    /// Bits of a sample, the same for all components.
    var precision: Int
    var isSigned: Bool
    /// Lossy JPEG of 12 bits, for which GDCM has a decoder of its own; lossless JPEG may have any precision.
    var isTwelveBitLossyJPEG = false

    /// - Parameter codestream: one frame. JPEG 2000 must be a bare codestream, without JP2 boxes.
    /// - Returns: nil when the header cannot be read or describes something that no DICOM image is (subsampled JPEG 2000, tile offsets).
    static func read(_ codestream: ArraySlice<UInt8>, codec: TransferSyntax.Codec) -> CodestreamHeader? {
        switch codec {
        case .jpeg, .jpegLS: readJPEG(codestream)
        case .jpeg2000, .highThroughputJPEG2000: readJPEG2000(codestream)
        case .native, .jpegXL, .runLength, .other: nil
        }
    }

    /// Walks marker segments up to the first scan, past the frame header: SOF0, SOF1, SOF3 … (ITU-T T.81 §B.2.2) or SOF55 (T.87 §C.2.2).
    private static func readJPEG(_ codestream: ArraySlice<UInt8>) -> CodestreamHeader? {
        let reader = BigEndianCursor(codestream)
        guard reader.uint16(at: 0) == 0xFFD8 else { return nil }
        var offset = 2
        var header: CodestreamHeader?
        while let marker = reader.uint16(at: offset) {
            guard marker >= 0xFF00 else { return nil }
            // Fill bytes before a marker.
            if marker == 0xFFFF {
                offset += 1
                continue
            }
            guard let length = reader.uint16(at: offset + 2), length >= 2 else { return nil }
            if isFrameHeader(marker) {
                // One frame; hierarchical JPEG, which has more, is in no DICOM file.
                guard header == nil else { return nil }
                header = frameHeader(reader, at: offset + 4, isLossy: ![0xFFC3, 0xFFC7, 0xFFCB, 0xFFCF, 0xFFF7].contains(marker))
                guard header != nil else { return nil }
            }
            // Without a scan there is nothing to decode, and GDCM's decoder would wait for one for ever.
            if marker == 0xFFDA { return header }
            if marker == 0xFFD9 { return nil }
            offset += 2 + length
        }
        return nil
    }

    private static func isFrameHeader(_ marker: Int) -> Bool {
        marker == 0xFFF7 || (0xFFC0...0xFFCF).contains(marker) && ![0xFFC4, 0xFFC8, 0xFFCC].contains(marker)
    }

    private static func frameHeader(_ reader: BigEndianCursor, at offset: Int, isLossy: Bool) -> CodestreamHeader? {
        guard let precision = reader.uint8(at: offset), let rows = reader.uint16(at: offset + 1),
            let columns = reader.uint16(at: offset + 3), let components = reader.uint8(at: offset + 5)
        else { return nil }
        return CodestreamHeader(
            columns: columns, rows: rows, components: components, precision: precision, isSigned: false,
            isTwelveBitLossyJPEG: isLossy && precision == 12)
    }

    /// Where Ssiz of the first component stands in a bare codestream; each component takes three bytes.
    static let componentDepthOffset = 42

    /// SOC, SIZ and, somewhere in a sound main header, COD (ISO/IEC 15444-1 §A.4.1, §A.5.1, §A.6.1).
    private static func readJPEG2000(_ codestream: ArraySlice<UInt8>) -> CodestreamHeader? {
        let reader = BigEndianCursor(codestream)
        guard reader.uint16(at: 0) == 0xFF4F, reader.uint16(at: 2) == 0xFF51,
            let right = reader.uint32(at: 8), let bottom = reader.uint32(at: 12),
            let left = reader.uint32(at: 16), let top = reader.uint32(at: 20), hasPossibleTiles(reader),
            let components = reader.uint16(at: 40), let depth = reader.uint8(at: componentDepthOffset),
            right > left, bottom > top, hasCodingStyle(reader)
        else { return nil }
        for component in 0..<components {
            let offset = componentDepthOffset + 3 * component
            guard reader.uint8(at: offset) == depth, reader.uint8(at: offset + 1) == 1, reader.uint8(at: offset + 2) == 1 else {
                return nil
            }
        }
        return CodestreamHeader(
            columns: right - left, rows: bottom - top, components: components, precision: depth & 0x7F + 1, isSigned: depth & 0x80 != 0)
    }
}

extension CodestreamHeader {
    /// The first tile holds the image's first sample, and a tile-part can name every tile (ISO/IEC 15444-1 equations B-3 to B-5, Table A.5).
    private static func hasPossibleTiles(_ reader: BigEndianCursor) -> Bool {
        var tiles = 1
        for axis in [0, 4] {
            guard let end = reader.uint32(at: 8 + axis), let start = reader.uint32(at: 16 + axis),
                let extent = reader.uint32(at: 24 + axis), let origin = reader.uint32(at: 32 + axis),
                extent > 0, origin <= start, start < end, origin + extent > start
            else { return false }
            let count = (end - origin + extent - 1) / extent
            guard count <= 65_535 / tiles else { return false }
            tiles *= count
        }
        return true
    }

    /// Whether the segments of the main header end where the next begins, up to the first tile-part, and one of them is COD.
    ///
    /// GDCM looks for COD by itself and follows the lengths wherever they lead, also out of its memory.
    private static func hasCodingStyle(_ reader: BigEndianCursor) -> Bool {
        var offset = 2
        var isThere = false
        while let marker = reader.uint16(at: offset), marker != 0xFF90 {
            // Below FF40, and these four, are markers without a segment, which have no place here.
            guard marker >= 0xFF40, ![0xFF4F, 0xFF92, 0xFF93, 0xFFD9].contains(marker), let length = reader.uint16(at: offset + 2),
                length >= 2, reader.uint8(at: offset + 1 + length) != nil
            else { return false }
            isThere = isThere || marker == 0xFF52
            offset += 2 + length
        }
        return isThere && reader.uint16(at: offset) != nil
    }
}
