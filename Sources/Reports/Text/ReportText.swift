import Basics
import Foundation

/// A report's text: what stands in `report.txt`, and its parts as its headings say.
public struct ReportText: Sendable, Hashable {
    /// 256 KiB: a hundred pages.
    public static let maximumByteCount = 262_144

    /// UTF-8; lines end with a line feed. Nothing in it steers a terminal.
    public let text: String

    /// What a person wrote: takes off a byte order mark, and has lines end with a line feed.
    ///
    /// - Throws: `OperationFailure` `.badData` for what is not UTF-8, too long or empty, or holds control characters.
    public init(_ bytes: [UInt8]) throws(OperationFailure) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard bytes.count <= Self.maximumByteCount else {
            throw OperationFailure(.badData, "the report's text has more than \(Self.maximumByteCount) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OperationFailure(.badData, "the report's text is not UTF-8; save it as UTF-8 and try again")
        }
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\u{C}", with: "\n")
        guard let steering = lines.unicodeScalars.first(where: { !Self.isAllowed($0) }) else {
            self.text = lines.hasSuffix("\n") ? lines : lines + "\n"
            guard lines.contains(where: { !$0.isWhitespace }) else { throw OperationFailure(.badData, "the report's text is empty") }
            return
        }
        throw OperationFailure(
            .badData, "the report's text holds the control character U+\(String(steering.value, radix: 16, uppercase: true)); take it out")
    }

    /// Joiners and direction marks belong to the writing of some languages.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x200B...0x200F: true
        default: PlainText.isHarmless(scalar)
        }
    }

    /// What `report.txt` holds.
    public var bytes: [UInt8] { Array(text.utf8) }

    public var digest: ContentDigest { ContentDigest(of: bytes) }

    // MARK: Parts

    /// A part of the text under one heading, without the heading.
    public struct Part: Sendable, Hashable {
        public let section: ReportSection
        public let text: String
    }

    /// The parts in their order. Text before the first heading is findings; parts without text are left out.
    public var parts: [Part] {
        var parts: [(section: ReportSection, lines: [Substring])] = [(.findings, [])]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let (section, rest) = ReportSection.heading(line) {
                parts.append((section, rest.isEmpty ? [] : [rest]))
            } else {
                parts[parts.count - 1].lines.append(line)
            }
        }
        return parts.compactMap { part in
            let text = part.lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
            return text.isEmpty ? nil : Part(section: part.section, text: text)
        }
    }
}
