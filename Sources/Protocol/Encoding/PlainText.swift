/// Sentences from the other side: shown to people and written to logs, so made harmless first.
public enum PlainText {
    public static let maximumByteCount = 512

    /// Replaces control and formatting characters (terminal escapes, line breaks, direction overrides) by spaces and cuts at 512 bytes.
    public static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var byteCount = 0
        for scalar in text.unicodeScalars {
            let harmless = isHarmless(scalar) ? scalar : " "
            byteCount += UTF8.width(harmless)
            if byteCount > maximumByteCount { break }
            result.append(harmless)
        }
        return String(result)
    }

    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
