/// The number of bytes that a codestream takes from its start to its own end.
///
/// What stands behind that end is no part of the frame: padding, or something that one reader skips and another reads.
enum CodestreamExtent {
    /// - Parameter codestream: one frame. JPEG 2000 must be a bare codestream, without JP2 boxes.
    /// - Returns: nil when no end is found where the codestream's own structure puts it.
    static func byteCount(_ codestream: ArraySlice<UInt8>, codec: TransferSyntax.Codec) -> Int? {
        switch codec {
        case .jpeg: jpeg(BigEndianCursor(codestream), codestream, firstMarkerByte: 0x01)
        // Behind FF, the coded data of JPEG-LS has a byte below 80 (ITU-T T.87 §A.1).
        case .jpegLS: jpeg(BigEndianCursor(codestream), codestream, firstMarkerByte: 0x80)
        case .jpeg2000, .highThroughputJPEG2000: jpeg2000(BigEndianCursor(codestream), codestream)
        // A JPEG XL codestream ends where its last frame's bits do, which only decoding tells.
        case .native, .jpegXL, .runLength, .other: nil
        }
    }

    /// SOI, marker segments with coded data behind each SOS, EOI (ITU-T T.81 §B.1).
    private static func jpeg(_ reader: BigEndianCursor, _ codestream: ArraySlice<UInt8>, firstMarkerByte: UInt8) -> Int? {
        guard reader.uint16(at: 0) == 0xFFD8 else { return nil }
        var offset = 2
        while let marker = reader.uint16(at: offset) {
            switch marker {
            case 0xFFFF: offset += 1
            case 0xFFD9: return offset + 2
            case 0xFFC0...0xFFFE where marker != 0xFFD8 && !(0xFFD0...0xFFD7).contains(marker):
                guard let length = reader.uint16(at: offset + 2), length >= 2 else { return nil }
                offset += 2 + length
                guard marker != 0xFFDA || offset < codestream.count else { return nil }
                if marker == 0xFFDA { offset = endOfScan(codestream, from: offset, firstMarkerByte: firstMarkerByte) }
            default: return nil
            }
        }
        return nil
    }

    /// Where the marker behind coded data stands; the end when there is none. Restart markers belong to the data.
    private static func endOfScan(_ codestream: ArraySlice<UInt8>, from start: Int, firstMarkerByte: UInt8) -> Int {
        codestream.withUnsafeBufferPointer { bytes in
            var offset = start
            while offset + 1 < bytes.count {
                let next = bytes[offset + 1]
                if bytes[offset] == 0xFF, next >= firstMarkerByte, next != 0xFF, !(0xD0...0xD7).contains(next) { return offset }
                offset += 1
            }
            return bytes.count
        }
    }

    /// SOC, the main header, tile-parts of the lengths they announce, EOC (ISO/IEC 15444-1 §A.3, §A.4.2).
    private static func jpeg2000(_ reader: BigEndianCursor, _ codestream: ArraySlice<UInt8>) -> Int? {
        guard reader.uint16(at: 0) == 0xFF4F, var offset = JPEG2000MainHeader.end(reader) else { return nil }
        while reader.uint16(at: offset) == 0xFF90 {
            guard let length = reader.uint32(at: offset + 6) else { return nil }
            // The last tile-part may leave its length open: it ends with the codestream.
            guard length > 0 else { return openEnd(codestream, from: offset) }
            guard length >= 14 else { return nil }
            offset += length
        }
        return reader.uint16(at: offset) == 0xFFD9 ? offset + 2 : nil
    }

    private static func openEnd(_ codestream: ArraySlice<UInt8>, from offset: Int) -> Int? {
        // Coded data never holds a marker above FF8F (§B.10.1), so the first EOC is the end.
        codestream.withUnsafeBufferPointer { bytes in
            var position = offset + 12
            while position + 1 < bytes.count {
                if bytes[position] == 0xFF, bytes[position + 1] == 0xD9 { return position + 2 }
                position += 1
            }
            return nil
        }
    }
}

/// The marker segments in front of the first tile-part.
enum JPEG2000MainHeader {
    /// Where the first tile-part begins; nil when the segments do not lead there.
    static func end(_ reader: BigEndianCursor) -> Int? {
        segments(reader).end
    }

    /// Whether the components are transformed together (SGcod, ISO/IEC 15444-1 Table A.14); nil without a coding style.
    static func hasComponentTransform(_ codestream: ArraySlice<UInt8>) -> Bool? {
        let reader = BigEndianCursor(codestream)
        return segments(reader).codingStyle.flatMap { reader.uint8(at: $0 + 8) }.map { $0 != 0 }
    }

    private static func segments(_ reader: BigEndianCursor) -> (codingStyle: Int?, end: Int?) {
        var offset = 2
        var codingStyle: Int?
        while let marker = reader.uint16(at: offset), marker >= 0xFF00 {
            if marker == 0xFF90 { return (codingStyle, offset) }
            guard let length = reader.uint16(at: offset + 2), length >= 2 else { break }
            if marker == 0xFF52 { codingStyle = offset }
            offset += 2 + length
        }
        return (codingStyle, nil)
    }
}

/// Some archives store a whole JP2 file (ISO/IEC 15444-1 Annex I) where the standard wants a bare codestream.
enum JP2Boxes {
    private static let signature: [UInt8] = [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
    private static let codestreamType = 0x6A70_3263

    /// The contiguous codestream box's content, or the bytes as they are when they are no JP2 file.
    static func codestream(in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.starts(with: signature) else { return bytes }
        let cursor = BigEndianCursor(bytes)
        var offset = 0
        while let length = cursor.uint32(at: offset), let type = cursor.uint32(at: offset + 4) {
            // Zero: up to the end. One: a 64-bit length follows, which no DICOM fragment needs.
            let end = length == 0 ? bytes.count : offset + length
            guard length == 0 || length >= 8, end <= bytes.count else { return bytes }
            if type == codestreamType { return bytes[bytes.startIndex + offset + 8..<bytes.startIndex + end] }
            offset = end
        }
        return bytes
    }
}
