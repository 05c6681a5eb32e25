/// Crockford's base 32: digits and capitals without I, L, O and U, so that what is read out over the telephone is understood.
enum Base32 {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Five bits a symbol, most significant first. A byte count that five divides needs no padding.
    static func encode(_ bytes: [UInt8]) -> String {
        var symbols: [UInt8] = []
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                symbols.append(alphabet[(buffer >> bits) & 31])
            }
        }
        if bits > 0 { symbols.append(alphabet[(buffer << (5 - bits)) & 31]) }
        return String(decoding: symbols, as: UTF8.self)
    }

    /// Reads symbols of either case, taking O for 0 and I and L for 1, as Crockford advises. `nil` at anything else.
    static func decode(_ text: some Sequence<Character>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = 0
        var bits = 0
        for character in text {
            guard let value = value(of: character) else { return nil }
            buffer = (buffer << 5 | value) & 0xFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        return buffer & ((1 << bits) - 1) == 0 ? bytes : nil
    }

    private static func value(of character: Character) -> Int? {
        guard let ascii = character.uppercased().utf8.first, character.isASCII else { return nil }
        switch ascii {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: return alphabet.firstIndex(of: ascii)
        }
    }
}
