import Basics

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
