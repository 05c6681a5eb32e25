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
