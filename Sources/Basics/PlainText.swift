/// Texts that came from elsewhere: shown to people and written to logs, so made harmless first.
public enum PlainText {
    /// The most that a peer's sentence may have, in bytes of UTF-8.
    public static let maximumByteCount = 512

    /// Replaces control and formatting characters (terminal escapes, line breaks, direction overrides) by spaces.
    ///
    /// - Parameter limit: bytes of UTF-8 after which the text is cut, between two scalars; `nil` for none.
    public static func harmless(_ text: String, limit: Int? = maximumByteCount) -> String {
        var result = String.UnicodeScalarView()
        var byteCount = 0
        for scalar in text.unicodeScalars {
            let harmless = isHarmless(scalar) ? scalar : " "
            byteCount += UTF8.width(harmless)
            if let limit, byteCount > limit { break }
            result.append(harmless)
        }
        return String(result)
    }

    /// Whether a scalar only shows a character, and steers nothing.
    public static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

extension String {
    /// The text as HTML shows it, also inside quoted attributes: the five characters that mean something there are replaced.
    public var escapedForHTML: String {
        reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
    }
}
