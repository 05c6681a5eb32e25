/// The bits of one entropy-coded segment (ITU-T T.81 §F.2.2.5): up to the next marker, without the zero bytes stuffed behind FF.
struct EntropyBits {
    /// Where the segment begins, and where the next marker or the end of the bytes is.
    let range: Range<Int>
    private let plain: [UInt8]
    private var position = 0

    /// - Parameter start: counted from the slice's first byte.
    init(_ bytes: ArraySlice<UInt8>, at start: Int) {
        var plain: [UInt8] = []
        var offset = bytes.startIndex + start
        while offset < bytes.endIndex {
            let byte = bytes[offset]
            if byte == 0xFF {
                guard offset + 1 < bytes.endIndex, bytes[offset + 1] == 0 else { break }
                offset += 1
            }
            plain.append(byte)
            offset += 1
        }
        bitCount = plain.count * 8
        range = start..<offset - bytes.startIndex
        // Sixteen bits can be looked at from everywhere.
        self.plain = plain + [0, 0, 0]
    }

    private let bitCount: Int

    /// Whether no more bits were taken than there are.
    var isInside: Bool { position <= bitCount }

    /// The next sixteen bits without taking them, zeros behind the end.
    var next16: Int {
        let index = position >> 3
        guard index + 2 < plain.count else { return 0 }
        let word = Int(plain[index]) << 16 | Int(plain[index + 1]) << 8 | Int(plain[index + 2])
        return word >> (8 - position & 7) & 0xFFFF
    }

    mutating func skip(_ count: Int) { position += count }

    /// Up to 16 bits as a number.
    mutating func number(_ count: Int) -> Int {
        defer { skip(count) }
        return next16 >> (16 - count)
    }

    /// Takes over the bytes that were decoded, the last one filled up with ones (§F.1.2.3).
    func write(_ bytes: ArraySlice<UInt8>, into parts: inout CodestreamParts) {
        let start = bytes.startIndex
        var offset = range.lowerBound
        for _ in 0..<position / 8 { offset += bytes[start + offset] == 0xFF ? 2 : 1 }
        parts.keep(range.lowerBound..<offset)
        guard position % 8 > 0 else { return }
        let last = bytes[start + offset]
        let filled = last | 0xFF >> UInt8(position % 8)
        if filled != last {
            parts.put(filled == 0xFF ? [0xFF, 0] : [filled])
        } else {
            parts.keep(offset..<offset + (last == 0xFF ? 2 : 1))
        }
    }
}
