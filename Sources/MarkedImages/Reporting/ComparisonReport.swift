import Files
import Foundation

/// One page that shows what differs between two versions of a study, with the pictures beside it.
public struct ComparisonReport: Sendable {
    private let comparisons: [InstanceComparison]

    /// Instances without differences that get a section with a picture all the same.
    private static let picturedAlike = 3
    private static let mostPictures = 8

    public init(_ comparisons: [InstanceComparison]) {
        // What differs comes first.
        let order = InstanceComparison.Verdict.allCases
        self.comparisons = comparisons.sorted {
            let places = [$0, $1].map { order.firstIndex(of: $0.verdict) ?? 0 }
            let importance = [$0, $1].map { $0.frames.reduce(0) { $0 + $1.importance } }
            return (-places[0], -importance[0], $0.instance) < (-places[1], -importance[1], $1.instance)
        }
    }

    /// Writes `index.html` and the pictures into a folder, which is made.
    ///
    /// - Throws: `FileError`, `ImagingError`, and `MarkedImagesError` where a report is there already.
    public func write(to folder: String) throws {
        var (sections, plain) = ([String](), 0)
        for (number, comparison) in comparisons.enumerated() {
            let isPlain = [.identical, .same, .alike].contains(comparison.verdict)
            if isPlain { plain += 1 }
            guard !isPlain || plain <= Self.picturedAlike else { continue }
            var pictures: [String] = []
            if let path = comparison.path, !comparison.frames.isEmpty {
                let bytes = try WholeFile.read(path)
                for frame in comparison.frames where frame.number == 0 || frame.verdict == .differs {
                    guard pictures.count < Self.mostPictures else { break }
                    guard let png = try ComparisonPicture.png(frame, of: bytes, name: comparison.file ?? path) else { continue }
                    let name = "image-\(number + 1)-\(frame.number + 1).png"
                    try VerificationReport.publish(png, as: folder + "/" + name)
                    pictures.append(name)
                }
            }
            sections.append(Self.section(comparison, pictures))
        }
        try VerificationReport.publish(Array(page(sections).utf8), as: folder + "/index.html")
    }

    private func page(_ sections: [String]) -> String {
        let counts = Dictionary(comparisons.map { ($0.verdict, 1) }, uniquingKeysWith: +)
        let rows = InstanceComparison.Verdict.allCases.compactMap { verdict in
            counts[verdict].map { "<tr><td>\($0)</td><td>\(verdict.rawValue)</td><td>\(MarkupText.escaped(verdict.words))</td></tr>" }
        }
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Two versions compared</title><style>\(PageStyle.css)</style></head><body>
            <h1>Two versions compared</h1>
            <table class="summary"><tr><th>Instances</th><th>Verdict</th><th></th></tr>\(rows.joined())</table>
            \(sections.joined(separator: "\n"))
            <p class="note">Orange: more than in the other version; blue: less; hatched: cannot be assessed, which is not the same as alike.
            Framed in vermilion: regions of the list. Importance is the magnitude of the difference times its area. Without a difference
            that can be seen, smaller ones than a cell and its noise may be there.</p>
            </body></html>
            """
    }

    private static func section(_ comparison: InstanceComparison, _ pictures: [String]) -> String {
        let title = comparison.file ?? comparison.reference ?? comparison.instance
        let against = comparison.file == nil ? "" : comparison.reference.map { " <small>against \(MarkupText.escaped($0))</small>" } ?? ""
        var facts: [String] = []
        if let judgement = comparison.judgement { facts.append("the record is \(judgement.words)") }
        if !comparison.transformations.isEmpty { facts.append("transformed: \(comparison.transformations.joined(separator: ", "))") }
        for frame in comparison.frames { facts += frame.lines(isOne: comparison.frames.count == 1) }
        return """
            <section><h2>\(MarkupText.escaped(title))\(against)</h2>
            <p><span class="badge \(comparison.verdict.rawValue)">\(comparison.verdict.rawValue)</span>
            \(MarkupText.escaped(comparison.verdict.words))</p>
            <ul>\(facts.map { "<li>\(MarkupText.escaped($0))</li>" }.joined())</ul>
            \(pictures.map { "<p><img src=\"\($0)\" alt=\"the image with what differs\"></p>" }.joined())
            \(regions(comparison))\(attributes(comparison))\(elements(comparison))</section>
            """
    }

    private static func regions(_ comparison: InstanceComparison) -> String {
        let rows = comparison.frames.flatMap { frame in
            frame.differences.map { difference in
                let area = difference.squareMillimetres.map { "\($0.shortText) mm²" } ?? "\(difference.area) samples"
                let cells = [
                    "\(frame.number + 1)", "\(difference.rows.lowerBound)–\(difference.rows.upperBound - 1)",
                    "\(difference.columns.lowerBound)–\(difference.columns.upperBound - 1)", area,
                    "\(difference.mean.shortText) \(frame.unit)", "\(difference.peak.shortText) \(frame.unit)",
                    difference.importance.shortText,
                ]
                return "<tr>\(cells.map { "<td>\(MarkupText.escaped($0))</td>" }.joined())</tr>"
            }
        }
        guard !rows.isEmpty else { return "" }
        return "<h3>Regions</h3><table><tr><th>Frame</th><th>Rows</th><th>Columns</th><th>Area</th><th>Mean difference</th><th>Largest</th>"
            + "<th>Importance</th></tr>\(rows.prefix(200).joined())</table>"
    }

    private static func attributes(_ comparison: InstanceComparison) -> String {
        guard !comparison.header.isEmpty else { return "" }
        let rows = comparison.header.map { attribute in
            let cells = [
                attribute.attribute?.keyword ?? "–", attribute.group.rawValue, attribute.before ?? "", attribute.now,
                attribute.verdict.name,
            ]
            return "<tr>\(cells.map { "<td>\(MarkupText.escaped($0))</td>" }.joined())</tr>"
        }
        return "<h3>Header</h3><table><tr><th>Attribute</th><th>Group</th><th>Before</th><th>Now</th><th>Verdict</th></tr>"
            + "\(rows.joined())</table>"
    }

    private static func elements(_ comparison: InstanceComparison) -> String {
        guard !comparison.elements.isEmpty else { return "" }
        let rows = comparison.elements.map { element in
            let cells = [element.path, element.change.rawValue, element.before, element.now]
            return "<tr>\(cells.map { "<td>\(MarkupText.escaped($0))</td>" }.joined())</tr>"
        }
        return "<h3>Other elements</h3><table><tr><th>Element</th><th></th><th>Before</th><th>Now</th></tr>\(rows.joined())</table>"
    }
}
