import Foundation

/// Names of files with something added to them, short enough for the file systems of Linux.
///
/// Texts are cut between characters, as people see them, and a name keeps its extension: programs choose by it.
public enum FileName {
    /// The longest name in bytes (NAME_MAX).
    public static let longest = 255
    /// What is longer behind a name's last dot is a part of the name rather than an extension.
    private static let longestExtension = 16

    /// `name-addition.extension`; where that would be longer than `limit` bytes, the name gives way.
    ///
    /// - Parameters:
    ///   - addition: short, at most some 60 bytes.
    ///   - path: a name, or a path, of which the last part is meant.
    public static func adding(_ addition: String, to path: String, limit: Int = longest) -> String {
        // By scalars, as file systems see paths: a slash with a mark behind it is one character to Swift.
        let scalars = path.unicodeScalars
        let name = scalars.lastIndex(of: "/").map { scalars.index(after: $0) } ?? scalars.startIndex
        let (stem, suffix) = parts(of: String(scalars[name...]))
        let end = "-\(addition)\(suffix)"
        return String(scalars[..<name]) + cut(stem, to: limit - end.utf8.count) + end
    }

    /// The name's stem, and its extension with the dot; the whole name where there is none.
    private static func parts(of name: String) -> (stem: String, suffix: String) {
        let scalars = name.unicodeScalars
        guard let dot = scalars.lastIndex(of: "."), dot > scalars.startIndex, scalars.index(after: dot) < scalars.endIndex,
            String(scalars[dot...]).utf8.count <= longestExtension + 1
        else { return (name, "") }
        return (String(scalars[..<dot]), String(scalars[dot...]))
    }

    /// The beginning of a text, at most so many bytes.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var (count, end) = (0, text.startIndex)
        while end < text.endIndex, count + text[end].utf8.count <= limit {
            count += text[end].utf8.count
            end = text.index(after: end)
        }
        if end > text.startIndex { return String(text[..<end]) }
        // One character with hundreds of marks.
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
