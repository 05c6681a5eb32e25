import Basics
import Foundation
import StegoKit

/// The report as one HTML file that needs nothing else: no scripts, no fonts, no links to fetch. Pictures are inside it.
///
/// Images appear by number and modality. Their names, their headers and where they lie do not appear.
public struct ReportPage: Sendable {
    let results: EvaluationResults
    /// When the evaluation was made, for people.
    let date: String
    /// Name and version of the program.
    let program: String
    /// Said of the region that was kept, if one was.
    let region: String?

    public init(_ results: EvaluationResults, date: String, program: String, region: String? = nil) {
        self.results = results
        self.date = date
        self.program = program
        self.region = region
    }

    public var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer"><title>Veilray: what hiding costs, and who notices</title>
        <style>
        \(ReportStyle.sheet)
        </style></head><body>
        \(header)\(SummarySection(results).html)\(DetectionSection(results).html)\(QualitySection(results).html)\
        \(PublishedSection(results).html)\(IllustrationSection(results).html)\(ExplanationSection(results).html)
        </body></html>

        """
    }

    private var header: String {
        let facts = results.subjects.map(\.facts)
        let modalities = Dictionary(grouping: facts, by: \.modality).mapValues(\.count).sorted { $0.key < $1.key }
            .map { "\($0.value) × \($0.key == "?" ? "unknown modality" : $0.key)" }.joined(separator: ", ")
        let depths = Set(facts.map(\.bitsStored)).sorted().map(String.init).joined(separator: ", ")
        let sizes = Set(facts.map { "\($0.columns) × \($0.rows)" }).sorted()
        let size = sizes.count <= 3 ? sizes.joined(separator: ", ") : "\(sizes.count) different sizes"
        return """
            <h1>What hiding costs, and who notices</h1>
            <p class="lead">\(facts.count) images (\(modalities.escapedForHTML)), \(size) samples, \(depths) bits stored; seed \(results.plan.seed);
            \(region.map { "region: \($0.escapedForHTML); " } ?? "")\(program.escapedForHTML), \(date.escapedForHTML).</p>
            \(skipped)
            """
    }

    private var skipped: String {
        guard !results.skipped.isEmpty else { return "" }
        let items = results.skipped.sorted { $0.key < $1.key }.map { "<li>\($0.value): \($0.key.escapedForHTML)</li>" }.joined()
        return "<p class=\"note\">Files that took no part:</p><ul class=\"note\">\(items)</ul>\n"
    }
}

/// The key to the methods' colours, markers and dashes.
enum MethodKey {
    static func html(_ methods: [EmbeddingMethod]) -> String {
        let items = methods.enumerated().map { index, method in
            """
            <li><svg viewBox="0 0 42 14" aria-hidden="true"><g class="series \(PlotStyle.className(index))"><path class="line" d="M1 7H41"/>\
            \(PlotStyle.marker(index, x: 21, y: 7))</g></svg>\(method.description.escapedForHTML)</li>
            """
        }
        return "<ul class=\"key\">\(items.joined())</ul>\n"
    }
}
