import Basics
import Foundation

/// Texts that people have written with any editor.
public enum TextFile {
    /// A file's text, as ``text(of:named:)`` understands it.
    ///
    /// - Throws: ``FileError`` as `WholeFile.read`, `OperationFailure` `.invalidRequest`.
    public static func read(_ path: String, limit: Int) throws -> String { try text(of: WholeFile.read(path, limit: limit), named: path) }

    /// The text of bytes: UTF-8, with a byte order mark or without one, or UTF-16 with one, as some editors on Windows write it.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` for bytes that are neither; it begins with `name`.
    public static func text(of bytes: [UInt8], named name: String) throws(OperationFailure) -> String {
        let text: String? =
            switch bytes.prefix(2) {
            case [0xFF, 0xFE], [0xFE, 0xFF]: String(bytes: bytes, encoding: .utf16)
            default: String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
            }
        guard let text else { throw OperationFailure(.invalidRequest, "\(name): this is no text in UTF-8; save it as UTF-8") }
        // Foundation takes the mark of UTF-16 away, and its documentation does not promise that.
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }
}
