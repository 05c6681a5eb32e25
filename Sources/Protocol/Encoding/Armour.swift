import Foundation

/// A text form for bytes that people mail, print and paste: a begin line, readable fields, base 64, an end line.
///
/// Reading tolerates a byte order mark, CR LF, blank lines, surrounding text and mail quotation marks (`> `). Writing is always the same.
struct Armour: Equatable {
    struct Field: Equatable {
        var name: String
        var value: String
    }

    enum Failure: Error, Equatable {
        /// No begin line.
        case absent
        /// A begin line without its end line.
        case truncated
        /// The text between the two is not what it should be.
        case damaged
    }

    let label: String
    let fields: [Field]
    let payload: [UInt8]

    init(label: String, fields: [Field] = [], payload: [UInt8]) {
        self.label = label
        self.fields = fields
        self.payload = payload
    }

    /// Finds the first block with this label. Linear in the text's length.
    init(reading text: String, label: String) throws(Failure) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(Self.stripped)
        guard let begin = lines.firstIndex(of: Self.beginLine(label)) else { throw .absent }
        let rest = lines[(begin + 1)...]
        guard let end = rest.firstIndex(of: Self.endLine(label)) else { throw .truncated }
        var fields: [Field] = []
        var base64 = ""
        for line in rest[..<end] where !line.isEmpty {
            if base64.isEmpty, let field = Self.field(line) {
                fields.append(field)
            } else {
                base64 += line
            }
        }
        // Of the texts that decode to the same bytes only one is taken (RFC 4648 §3.5): no change goes unnoticed.
        guard let payload = Data(base64Encoded: base64), !payload.isEmpty, payload.base64EncodedString() == base64 else { throw .damaged }
        self.init(label: label, fields: fields, payload: Array(payload))
    }

    var text: String {
        var lines = [Self.beginLine(label)]
        lines += fields.map { "\($0.name): \($0.value)" }
        if !fields.isEmpty { lines.append("") }
        // As one text: a large manifest has a hundred thousand lines.
        if !payload.isEmpty {
            lines.append(Data(payload).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed]))
        }
        lines.append(Self.endLine(label))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func beginLine(_ label: String) -> String { "-----BEGIN \(label)-----" }
    private static func endLine(_ label: String) -> String { "-----END \(label)-----" }

    /// Some editors write one in front of UTF-8.
    private static let byteOrderMark: Character = "\u{FEFF}"

    private static func stripped(_ line: Substring) -> String {
        let unquoted = line.drop { $0 == ">" || $0.isWhitespace || $0 == byteOrderMark }
        return String(unquoted.reversed().drop { $0.isWhitespace }.reversed())
    }

    private static func field(_ line: String) -> Field? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
        return Field(name: String(line[..<colon]), value: String(value))
    }
}

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
