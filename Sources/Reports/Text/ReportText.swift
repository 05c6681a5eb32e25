import Basics
import Foundation

/// A report's text: what stands in `report.txt`, and its parts as its headings say.
public struct ReportText: Sendable, Hashable {
    /// 256 KiB: a hundred pages.
    public static let maximumByteCount = 262_144

    /// UTF-8; lines end with a line feed. Nothing in it steers a terminal.
    public let text: String

    /// Reads a person's text: takes off a byte order mark, and has lines end with a line feed.
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

    /// The bytes of `report.txt`.
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

/// The sections of a diagnostic imaging report (PS3.16 CID 7001, in LOINC) with what stands in them (CID 7002).
public enum ReportSection: String, Sendable, CaseIterable {
    case history, request, procedure, comparison, findings, impression, recommendation

    /// The section's own code.
    var concept: CodedConcept {
        switch self {
        case .history: CodedConcept("11329-0", .loinc, "History")
        case .request: CodedConcept("55115-0", .loinc, "Request")
        case .procedure: CodedConcept("55111-9", .loinc, "Current Procedure Descriptions")
        case .comparison: CodedConcept("18834-2", .loinc, "Previous Findings")
        case .findings: CodedConcept("59776-5", .loinc, "Findings")
        case .impression: CodedConcept("19005-8", .loinc, "Impressions")
        case .recommendation: CodedConcept("18783-1", .loinc, "Recommendations")
        }
    }

    /// Of the text in it.
    var element: CodedConcept {
        switch self {
        case .history: CodedConcept("121060", .dicom, "History")
        case .request: CodedConcept("121062", .dicom, "Request")
        case .procedure: CodedConcept("121065", .dicom, "Procedure Description")
        case .comparison: CodedConcept("121068", .dicom, "Previous Finding")
        case .findings: CodedConcept("121071", .dicom, "Finding")
        case .impression: CodedConcept("121073", .dicom, "Impression")
        case .recommendation: CodedConcept("121075", .dicom, "Recommendation")
        }
    }

    /// Words that begin a section where they stand on a line of their own or in front of a colon; in English, German, French and Spanish.
    private static let words: [String: ReportSection] = [
        "history": .history, "clinical history": .history, "anamnese": .history, "klinische angaben": .history,
        "antécédents": .history, "historia": .history,
        "indication": .request, "question": .request, "fragestellung": .request, "indikation": .request, "indicación": .request,
        "technique": .procedure, "procedure": .procedure, "technik": .procedure, "methode": .procedure, "técnica": .procedure,
        "comparison": .comparison, "vergleich": .comparison, "voraufnahmen": .comparison, "comparaison": .comparison,
        "comparación": .comparison,
        "findings": .findings, "finding": .findings, "befund": .findings, "befunde": .findings, "résultats": .findings,
        "hallazgos": .findings,
        "impression": .impression, "impressions": .impression, "conclusion": .impression, "beurteilung": .impression,
        "conclusión": .impression, "opinion": .impression,
        "recommendation": .recommendation, "recommendations": .recommendation, "empfehlung": .recommendation,
        "procedere": .recommendation, "recommandation": .recommendation, "recomendación": .recommendation,
    ]

    /// The section that a line begins, and what stands behind the colon; `nil` for a line of text.
    static func heading(_ line: Substring) -> (ReportSection, rest: Substring)? {
        let colon = line.firstIndex(of: ":")
        let word = line[..<(colon ?? line.endIndex)].trimmed
        guard word.utf8.count <= 24, let section = words[word.lowercased()] else { return nil }
        return (section, colon.map { line[line.index(after: $0)...].trimmed } ?? "")
    }
}

extension Substring {
    /// Without white space at both ends.
    fileprivate var trimmed: Substring {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return self[first...last]
    }
}
