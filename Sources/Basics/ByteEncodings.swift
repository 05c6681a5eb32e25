/// Lower-case hexadecimal digits, two for each byte, as `sha256sum` prints them.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
}

extension [UInt8] {
    /// The bytes of a text of hexadecimal digits, in either case.
    ///
    /// - Returns: `nil` for an odd number of digits and for any other character.
    public init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.compactMap { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

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
