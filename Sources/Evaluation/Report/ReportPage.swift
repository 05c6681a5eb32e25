import Basics
import Foundation
import StegoKit

/// The report as one HTML file that needs nothing else: no scripts, no fonts, no links to fetch. Pictures are inside it.
///
/// Images appear by number and modality. Their names, their headers and where they lie do not appear.
public struct ReportPage: Sendable {
    let results: EvaluationResults
    /// The date of the evaluation, for people.
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

/// The page's style sheet: light, dark and print. Colours of methods are Okabe and Ito's, lightened where the page is dark.
package enum ReportStyle {
    package static let sheet = """
        :root { color-scheme: light dark; --page: #ffffff; --ink: #1c2024; --soft: #5b6570; --rule: #d5dae0; --panel: #f5f7f9;
          --c0: #0072b2; --c1: #d55e00; --c2: #00805c; --c3: #a8487f; --c4: #8a6d00; --c5: #333b44; --band: #e4e8ec;
          --good: #00694b; --bad: #a63a00; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171a; --ink: #e8ebee; --soft: #a3adb8; --rule: #39414a; --panel: #1d2227;
          --c0: #56b4e9; --c1: #ff9140; --c2: #2fc79a; --c3: #e39bc3; --c4: #f0e442; --c5: #d5dae0; --band: #2a3036;
          --good: #4fd6ae; --bad: #ff9e5e; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 74rem; background: var(--page); color: var(--ink);
          font: 16px/1.55 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
        h1 { font-size: 1.7rem; margin: 0 0 .25rem; line-height: 1.2; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; } p, li { max-width: 48rem; } .lead { color: var(--soft); margin-top: 0; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
        caption { text-align: left; color: var(--soft); padding-bottom: .35rem; max-width: 48rem; }
        th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: bottom; }
        th { font-weight: 600; } thead th { border-bottom: 2px solid var(--soft); white-space: normal; min-width: 4.5rem; }
        th[scope=row], td.text, th.text { text-align: left; } td.text { white-space: normal; min-width: 14rem; } tbody tr.first td, tbody tr.first th { border-top: 1px solid var(--soft); }
        .good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .note { color: var(--soft); font-size: .875rem; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.25rem 2rem; align-items: start; }
        figure { margin: 0; break-inside: avoid; } figcaption { font-size: .875rem; color: var(--soft); margin-top: .25rem; }
        figcaption b { color: var(--ink); } .plot { width: 100%; height: auto; display: block; } .plot text { font-size: 11.5px; fill: var(--soft); }
        .plot .grid { stroke: var(--rule); stroke-width: 1; fill: none; } .plot .frame, .plot .tick { stroke: var(--soft); fill: none; }
        .plot .line { fill: none; stroke-width: 2; } .plot .bar { fill: none; stroke-width: 1.3; opacity: .8; } .plot .band rect { fill: var(--band); }
        .plot .bars { fill: var(--band); stroke: var(--soft); stroke-width: .6; } .plot .reference .line { stroke-width: 1.4; opacity: .75; }
        .s0 { color: var(--c0); } .s1 { color: var(--c1); } .s2 { color: var(--c2); } .s3 { color: var(--c3); } .s4 { color: var(--c4); } .s5 { color: var(--c5); }
        .series, .reference { stroke: currentColor; fill: currentColor; } .series .line, .reference .line { stroke: currentColor; }
        .series text, .reference text { stroke: none; } .s1 .line { stroke-dasharray: 7 3; } .s2 .line { stroke-dasharray: 2 3; }
        .s3 .line { stroke-dasharray: 9 3 2 3; } .s4 .line { stroke-dasharray: 4 4; } .cross { fill: none; stroke-width: 2; }
        .key { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0 1rem; padding: 0; list-style: none; font-size: .9rem; }
        .key svg { width: 2.6rem; height: .9rem; vertical-align: -.1rem; margin-right: .4rem; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; }
        .pictures img { width: 100%; height: auto; background: #2c2f34; display: block; image-rendering: pixelated; }
        dt { font-weight: 600; margin-top: .6rem; } dd { margin: 0; max-width: 48rem; }
        @media print { :root { --page: #fff; --ink: #000; --soft: #444; --rule: #bbb; --band: #e6e6e6; --c0: #0072b2; --c1: #d55e00; --c2: #00805c;
          --c3: #a8487f; --c4: #8a6d00; --c5: #333; --good: #00694b; --bad: #a63a00; } body { max-width: none; padding: 0; font-size: 10.5pt; }
          .scroll { overflow: visible; } table { font-size: 8pt; } th, td { padding: .15rem .35rem; } h2 { break-after: avoid; }
          .plots { grid-template-columns: 1fr 1fr; } .pictures { grid-template-columns: repeat(3, 1fr); } }
        """
}
