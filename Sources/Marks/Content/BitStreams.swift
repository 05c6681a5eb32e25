/// Collects bits, the highest of each byte first.
struct BitSink {
    private var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    /// Appends the lowest `count` bits of `value`, at most 56 of them, the highest first. Higher bits of `value` are zero.
    mutating func put(_ value: UInt64, count: Int) {
        pending = pending << UInt64(count) | value
        pendingCount += count
        while pendingCount >= 8 {
            pendingCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(pendingCount)))
        }
        pending &= 1 << UInt64(pendingCount) - 1
    }

    /// The bytes, the last one filled with zeros.
    consuming func finish() -> [UInt8] {
        if pendingCount > 0 { bytes.append(UInt8(truncatingIfNeeded: pending << UInt64(8 - pendingCount))) }
        return bytes
    }
}

/// Takes bits off bytes, the highest of each byte first, never beyond their end.
struct BitSource {
    private let bytes: ArraySlice<UInt8>
    private var position = 0

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    private var left: Int { bytes.count * 8 - position }

    private mutating func bit() -> UInt64 {
        let byte = bytes[bytes.startIndex + position >> 3]
        defer { position += 1 }
        return UInt64(byte >> (7 - UInt8(position & 7))) & 1
    }

    /// The next `count` bits, at most 56, as a number; `nil` where there are fewer.
    mutating func take(_ count: Int) -> UInt64? {
        guard count <= left else { return nil }
        var value: UInt64 = 0
        for _ in 0..<count { value = value << 1 | bit() }
        return value
    }

    /// How many zeros come next. The one behind them is taken too, unless there are `limit` zeros.
    mutating func zeros(atMost limit: Int) -> Int? {
        for count in 0..<limit {
            guard left > 0 else { return nil }
            if bit() == 1 { return count }
        }
        return limit
    }

    /// True where nothing but the zeros of an unfinished last byte is left.
    var isPadding: Bool {
        guard left < 8 else { return false }
        var rest = self
        return rest.take(left) == 0
    }
}
