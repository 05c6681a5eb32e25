/// Bits written into bytes, least significant first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private(set) var bitCount = 0

    mutating func append(_ bit: Bool) {
        if bitCount % 8 == 0 { bytes.append(0) }
        if bit { bytes[bytes.count - 1] |= 1 << UInt8(bitCount % 8) }
        bitCount += 1
    }

    /// The low `count` bits, least significant first.
    mutating func append(_ value: UInt64, count: Int) {
        for shift in 0..<count { append(value >> UInt64(shift) & 1 == 1) }
    }

    /// Elias gamma code of a positive number: as many zeros as the number has bits after its first, a one, those bits.
    mutating func appendGamma(_ value: UInt64) {
        let extra = 63 - value.leadingZeroBitCount
        append(0, count: extra)
        append(true)
        append(value, count: extra)
    }

    /// Rice code: the quotient by 2^parameter in unary (ones, then a zero), the remainder in binary.
    mutating func appendRice(_ value: UInt64, parameter: Int) {
        for _ in 0..<(value >> UInt64(parameter)) { append(true) }
        append(false)
        append(value, count: parameter)
    }
}

/// Reads what ``BitWriter`` wrote; every read fails softly at the end of the bytes.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether only the zeros that fill the last byte are left.
    var isAtEnd: Bool {
        let rest = bytes.count * 8 - position
        return rest < 8 && (position..<bytes.count * 8).allSatisfy { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 0 }
    }

    mutating func bit() -> Bool? {
        guard position < bytes.count * 8 else { return nil }
        defer { position += 1 }
        return bytes[position / 8] >> UInt8(position % 8) & 1 == 1
    }

    mutating func value(bitCount: Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in 0..<bitCount {
            guard let bit = bit() else { return nil }
            if bit { value |= 1 << UInt64(shift) }
        }
        return value
    }

    mutating func gamma() -> UInt64? {
        var extra = 0
        while true {
            guard let bit = bit() else { return nil }
            if bit { break }
            extra += 1
        }
        guard extra < 63, let low = value(bitCount: extra) else { return nil }
        return 1 << UInt64(extra) | low
    }

    mutating func rice(parameter: Int) -> UInt64? {
        var quotient: UInt64 = 0
        while true {
            guard let bit = bit() else { return nil }
            if !bit { break }
            quotient += 1
        }
        guard let remainder = value(bitCount: parameter) else { return nil }
        return quotient << UInt64(parameter) | remainder
    }
}

/// Bytes as single bits, least significant first, and back.
enum Bits {
    static func unpacked(_ bytes: [UInt8]) -> [UInt8] {
        var bits = [UInt8](repeating: 0, count: bytes.count * 8)
        for index in bits.indices { bits[index] = bytes[index >> 3] >> UInt8(index & 7) & 1 }
        return bits
    }

    /// Bits left over behind the last whole byte are dropped.
    static func packed(_ bits: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bits.count / 8)
        for index in 0..<bytes.count * 8 { bytes[index >> 3] |= (bits[index] & 1) << UInt8(index & 7) }
        return bytes
    }
}
