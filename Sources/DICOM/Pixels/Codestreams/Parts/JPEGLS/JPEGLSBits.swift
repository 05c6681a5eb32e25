/// The bits of one JPEG-LS scan (ITU-T T.87 §A.1, §C.1): behind FF a byte has seven of them, and FF with a byte above 7F is a marker.
struct JPEGLSBits {
    private let bytes: [UInt8]
    /// The next byte that is not in the cache.
    private var offset: Int
    /// Bits that were read in and not taken, from the highest on; zeros below.
    private var cache: UInt64 = 0
    private var valid = 0
    private var isBehindFF = false
    /// More bits were taken than there are.
    private(set) var isExhausted = false

    init(_ bytes: [UInt8], at start: Int) {
        self.bytes = bytes
        offset = start
    }

    private mutating func fill() {
        while valid <= 48, offset < bytes.count {
            let byte = bytes[offset]
            if byte == 0xFF, offset + 1 >= bytes.count || bytes[offset + 1] >= 0x80 { return }
            let width = isBehindFF ? 7 : 8
            cache |= UInt64(byte) << UInt64(64 - width - valid)
            valid += width
            isBehindFF = byte == 0xFF
            offset += 1
        }
    }

    private mutating func take(_ count: Int) {
        guard count <= valid else {
            (isExhausted, cache, valid) = (true, 0, 0)
            return
        }
        cache <<= UInt64(count)
        valid -= count
    }

    mutating func bit() -> Bool {
        if valid == 0 { fill() }
        defer { take(1) }
        return cache >> 63 == 1
    }

    /// - Parameter count: up to 32.
    mutating func number(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        if valid < count { fill() }
        defer { take(count) }
        return Int(cache >> UInt64(64 - count))
    }

    /// Zeros in front of the next one, which is taken as well; nil when there are more than `limit`, which is below 48.
    mutating func zeros(limit: Int) -> Int? {
        if valid <= limit { fill() }
        let count = cache.leadingZeroBitCount
        guard count <= limit, count < valid else {
            isExhausted = true
            return nil
        }
        take(count + 1)
        return count
    }

    /// Where the bits end that were taken: behind the last byte of which all were, and how many of the next byte.
    var end: (offset: Int, bits: Int) {
        var (position, untaken) = (offset, valid)
        func width(_ index: Int) -> Int { index > 0 && bytes[index - 1] == 0xFF ? 7 : 8 }
        while untaken > 0 {
            let last = width(position - 1)
            guard untaken >= last else { return (position - 1, last - untaken) }
            untaken -= last
            position -= 1
        }
        return (position, 0)
    }

    /// Takes over the bytes from `start` to the last bit that was taken, and fills the last one up with zeros.
    func write(from start: Int, into parts: inout CodestreamParts) {
        let (offset, bits) = end
        parts.keep(start..<offset)
        if bits > 0 {
            // The first bit behind FF is none of the data's.
            let used = bits + (offset > start && bytes[offset - 1] == 0xFF ? 1 : 0)
            let last = bytes[offset]
            let filled = last & ~(0xFF >> UInt8(used))
            if filled == last { parts.keep(offset..<offset + 1) } else { parts.put([filled]) }
        } else if offset > start, bytes[offset - 1] == 0xFF {
            // No marker may follow FF.
            parts.put([0])
        }
    }
}
