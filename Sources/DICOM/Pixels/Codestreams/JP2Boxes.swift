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
