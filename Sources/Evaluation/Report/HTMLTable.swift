import Basics
import Foundation

/// A table of a report.
package struct HTMLTable {
    /// A cell; its text is escaped.
    package struct Cell {
        package let text: String
        var isText = false
        var emphasis: Emphasis?

        package enum Emphasis: String {
            case good
            case bad
        }

        package init(_ text: String, isText: Bool = false, emphasis: Emphasis? = nil) {
            self.text = text
            self.isText = isText
            self.emphasis = emphasis
        }
    }

    private struct Row {
        let head: String
        let cells: [Cell]
        let startsGroup: Bool
    }

    private let caption: String
    private let headings: [String]
    private var rows: [Row] = []

    /// - Parameter headings: of the row heads and of the cells.
    package init(caption: String, headings: [String]) {
        self.caption = caption
        self.headings = headings
    }

    /// - Parameter startsGroup: draws a line above.
    package mutating func add(_ head: String, _ cells: [Cell], startsGroup: Bool = false) {
        rows.append(Row(head: head, cells: cells, startsGroup: startsGroup))
    }

    package var html: String {
        let head = headings.enumerated().map { index, text in
            let isText = index == 0 || rows.contains { index <= $0.cells.count && $0.cells[index - 1].isText }
            return "<th scope=\"col\"\(isText ? " class=\"text\"" : "")>\(text.escapedForHTML)</th>"
        }.joined()
        let body = rows.map { row in
            let cells = row.cells.map { cell in
                let classes = [cell.isText ? "text" : nil, cell.emphasis?.rawValue].compactMap(\.self).joined(separator: " ")
                return "<td\(classes.isEmpty ? "" : " class=\"\(classes)\"")>\(cell.text.escapedForHTML)</td>"
            }.joined()
            return "<tr\(row.startsGroup ? " class=\"first\"" : "")><th scope=\"row\">\(row.head.escapedForHTML)</th>\(cells)</tr>"
        }.joined(separator: "\n")
        return """
            <div class="scroll"><table><caption>\(caption.escapedForHTML)</caption><thead><tr>\(head)</tr></thead><tbody>
            \(body)
            </tbody></table></div>

            """
    }
}

extension Double {
    /// With one decimal, for drawings.
    var short: String { String(format: "%.1f", self) }

    /// With some decimals for a table; ∞ for infinity and – for anything that is no number.
    func text(_ decimals: Int) -> String {
        if isNaN { return "–" }
        if isInfinite { return self > 0 ? "∞" : "−∞" }
        let text = String(format: "%.\(decimals)f", self)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }
}

extension Optional<Double> {
    func text(_ decimals: Int) -> String { map { $0.text(decimals) } ?? "–" }
}

extension ResampledMean {
    /// "0.412 ± 0.031".
    var text: String { halfWidth.isFinite ? "\(mean.text(3)) ± \(halfWidth.text(3))" : mean.text(3) }
}
