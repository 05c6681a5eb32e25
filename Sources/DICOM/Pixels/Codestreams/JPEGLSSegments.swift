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
