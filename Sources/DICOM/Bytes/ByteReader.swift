/// Reads fixed-size fields out of the one buffer; every read is checked against a limit first.
struct ByteReader {
    let bytes: [UInt8]
    var isBigEndian: Bool

    func uint16(at offset: Int) -> UInt16 {
        let first = UInt16(bytes[offset])
        let second = UInt16(bytes[offset + 1])
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    func uint32(at offset: Int) -> UInt32 {
        let first = UInt32(uint16(at: offset))
        let second = UInt32(uint16(at: offset + 2))
        return isBigEndian ? first << 16 | second : second << 16 | first
    }

    func tag(at offset: Int) -> Tag { Tag(uint16(at: offset), uint16(at: offset + 2)) }
}

/// Checked big-endian reads, counted from the slice's first byte.
struct BigEndianCursor {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    func uint8(at offset: Int) -> Int? {
        guard offset >= 0, offset < bytes.count else { return nil }
        return Int(bytes[bytes.startIndex + offset])
    }

    func uint16(at offset: Int) -> Int? {
        guard let high = uint8(at: offset), let low = uint8(at: offset + 1) else { return nil }
        return high << 8 | low
    }

    func uint32(at offset: Int) -> Int? {
        guard let high = uint16(at: offset), let low = uint16(at: offset + 2) else { return nil }
        return high << 16 | low
    }
}

enum ByteOrder {
    /// The bytes with the order inside each unit reversed; an incomplete unit at the end stays as it is.
    static func swapped(_ bytes: ArraySlice<UInt8>, unitSize: Int) -> [UInt8] {
        var swapped = Array(bytes)
        guard unitSize > 1 else { return swapped }
        let whole = swapped.count - swapped.count % unitSize
        swapped.withUnsafeMutableBufferPointer { buffer in
            for unit in stride(from: 0, to: whole, by: unitSize) {
                for index in 0..<unitSize / 2 { buffer.swapAt(unit + index, unit + unitSize - 1 - index) }
            }
        }
        return swapped
    }
}
