/// The segments of a JPEG-LS codestream in front of its first scan.
enum JPEGLSSegments {
    /// The codestream without application and comment segments, most of which CharLS refuses although they say nothing of the samples
    /// (ITU-T T.87 §C.1 leaves them to T.81). The exception is APP8 `mrfx`, CharLS's own colour transform.
    static func withoutApplicationData(_ codestream: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let cursor = BigEndianCursor(codestream)
        var offset = 2
        var needed = Array(codestream.prefix(2))
        var isShorter = false
        while let marker = cursor.uint16(at: offset), marker >= 0xFF00, marker != 0xFFDA {
            guard marker != 0xFFFF, let length = cursor.uint16(at: offset + 2), length >= 2, offset + 2 + length <= codestream.count else {
                return codestream
            }
            let start = codestream.startIndex + offset
            let segment = codestream[start..<start + 2 + length]
            let isTransform = marker == 0xFFE8 && segment.dropFirst(4).starts(with: Array("mrfx".utf8))
            if marker == 0xFFFE || (0xFFE0...0xFFEF).contains(marker), !isTransform { isShorter = true } else { needed += segment }
            offset += 2 + length
        }
        guard isShorter, offset < codestream.count else { return codestream }
        return (needed + codestream[(codestream.startIndex + offset)...])[...]
    }
}

/// The segments of a JPEG codestream, in front of its scans and behind them.
enum JPEGSegments {
    /// Whether a segment announces more bytes than there are. GDCM's decoder would wait for them for ever.
    ///
    /// Looks for markers as libjpeg does: behind a segment, whatever is no marker is passed over, coded data and fill bytes alike
    /// (ITU-T T.81 §B.1.1.2). Linear in the codestream's length.
    static func reachBeyondTheEnd(_ codestream: ArraySlice<UInt8>) -> Bool {
        codestream.withUnsafeBufferPointer { bytes in
            var offset = 2
            while offset + 1 < bytes.count {
                guard bytes[offset] == 0xFF else {
                    offset += 1
                    continue
                }
                switch bytes[offset + 1] {
                case 0xFF: offset += 1
                // A stuffed byte; markers that stand alone.
                case 0x00, 0x01, 0xD0...0xD7: offset += 2
                // The decoder stops at the end, and at what has no place here.
                case 0xD8, 0xD9, 0x02...0xBF: return false
                default:
                    guard offset + 3 < bytes.count else { return true }
                    offset += 2 + Int(bytes[offset + 2]) << 8 + Int(bytes[offset + 3])
                }
            }
            return offset > bytes.count
        }
    }
}
