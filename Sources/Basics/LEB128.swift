/// Unsigned LEB128 (DWARF 5, §7.6), which Protocol Buffers call a varint: seven bits a byte, the lowest first, the high bit set on all bytes
/// but the last.
public enum LEB128 {
    /// Appends a number in as few bytes as it takes, ten at most.
    public static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Takes a number off the front of bytes that others wrote, however many bytes they spent on it.
    ///
    /// - Parameter mostBytes: the most that it may have, 10 at most. Nine hold every number below 2⁶³; of a tenth the lowest bit counts alone, as
    ///   Protocol Buffers' readers have it.
    /// - Returns: `nil` where the bytes end before the number does, or the number has more bytes. What is left of `bytes` means nothing then.
    public static func take(from bytes: inout ArraySlice<UInt8>, mostBytes: Int) -> UInt64? {
        var number: UInt64 = 0
        for place in 0..<mostBytes {
            guard let byte = bytes.popFirst() else { return nil }
            number |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return number }
        }
        return nil
    }
}
