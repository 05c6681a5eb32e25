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
