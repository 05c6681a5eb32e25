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
