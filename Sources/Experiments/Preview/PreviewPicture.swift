import CommandLineSupport
import Imaging
import Sending
import StegoKit

/// Draws a preview: the region of interest, the edges outside it, and what changed there, side by side.
struct PreviewPicture {
    private static let margin = 24
    private static let header = 64
    private static let caption = 116
    private static let captionPitch = 28

    private let subject: PreviewSubject
    private let frame: Int
    private let panel: PreviewPanel
    /// Of the image as it is, and as it is shown.
    private let originalShades: FrameShades
    private let shades: FrameShades
    private let edges: EdgeClasses

    /// - Parameter frame: counted from 0, one of the image's.
    init(of subject: PreviewSubject, frame: Int) throws {
        self.subject = subject
        self.frame = frame
        panel = PreviewPanel(region: subject.region.region)
        originalShades = FrameShades(subject.original.planes[subject.planes(ofFrame: frame)], subject.description, subject.dataSet)
        shades = FrameShades(subject.cover.planes[subject.planes(ofFrame: frame)], subject.description, subject.dataSet)
        edges = try subject.edges(ofFrame: frame)
    }

    func draw() -> Canvas {
        let pitch = PreviewPanel.side + Self.margin
        var canvas = Canvas(
            width: Self.margin + 3 * pitch, height: Self.header + PreviewPanel.side + Self.caption, background: PreviewPalette.background)
        let lefts = (0..<3).map { Self.margin + $0 * pitch }
        let titles = ["Region of interest", "Edges", "Changes"]
        for (left, title) in zip(lefts, titles) { canvas.text(title, x: left, y: 20, scale: 3, PreviewPalette.strong) }
        drawRegion(left: lefts[0], on: &canvas)
        drawEdges(left: lefts[1], on: &canvas)
        drawChanges(left: lefts[2], on: &canvas)
        return canvas
    }

    // MARK: Panels

    private func drawRegion(left: Int, on canvas: inout Canvas) {
        panel.draw(left: left, top: Self.header, on: &canvas) { rows, columns in
            let shade = originalShades.mean(rows: rows, columns: columns)
            if subject.redaction.isFilled(row: rows.lowerBound, column: columns.lowerBound) {
                return shade.mixed(with: PreviewPalette.filled, PreviewPalette.filledTint)
            }
            return panel.isInside(rows, columns) ? shade.mixed(with: PreviewPalette.outline, PreviewPalette.tint) : shade
        }
        let figures = PreviewFigures(subject, frame: frame)
        legend([(PreviewPalette.outline, "stays as it is: \(figures.source)")], left: left, line: 0, on: &canvas)
        legend([(PreviewPalette.filled, figures.redaction)], left: left, line: 1, on: &canvas)
        caption("\(figures.coverage); \(figures.image)", left: left, line: 2, on: &canvas)
    }

    private func drawEdges(left: Int, on canvas: inout Canvas) {
        let columnCount = subject.cover.columns
        panel.draw(left: left, top: Self.header, on: &canvas) { rows, columns in
            let shade = shades.mean(rows: rows, columns: columns).mixed(with: .black, 0.5)
            guard !panel.isInside(rows, columns) else { return shade }
            var strongest = EdgeClasses.Class.flat
            for row in rows {
                for column in columns {
                    for plane in edges.planes { strongest = max(strongest, plane[row * columnCount + column] ?? .flat) }
                }
            }
            return PreviewPalette.colour(of: strongest) ?? shade
        }
        let entries = [EdgeClasses.Class.strong, .medium, .weak].compactMap { edge in
            PreviewPalette.colour(of: edge).map { ($0, "\(edge)") }
        }
        legend(entries, left: left, line: 0, on: &canvas)
        caption("weak from a difference of \(edges.threshold) on, medium twice, strong four times", left: left, line: 1, on: &canvas)
        caption("the method hamming puts up to 1, 2, 3 bits there", left: left, line: 2, on: &canvas)
    }

    private func drawChanges(left: Int, on canvas: inout Canvas) {
        let planes = subject.planes(ofFrame: frame)
        let columnCount = subject.cover.columns
        panel.draw(left: left, top: Self.header, on: &canvas) { rows, columns in
            let shade = shades.mean(rows: rows, columns: columns).mixed(with: .black, 0.6)
            guard !panel.isInside(rows, columns) else { return shade }
            var largest: Int32 = 0
            if case .embedded(let stego, _) = subject.outcome {
                for plane in planes {
                    for row in rows {
                        for index in row * columnCount + columns.lowerBound..<row * columnCount + columns.upperBound {
                            let change = Int32(stego.planes[plane][index]) - Int32(subject.cover.planes[plane][index])
                            if change.magnitude > largest.magnitude { largest = change }
                        }
                    }
                }
            }
            if largest != 0 { return largest > 0 ? PreviewPalette.raised : PreviewPalette.lowered }
            return shade.mixed(with: PreviewPalette.carrier, 0.25)
        }
        legend(
            [(PreviewPalette.raised, "raised"), (PreviewPalette.lowered, "lowered"), (PreviewPalette.carrier, "may change")],
            left: left, line: 0, on: &canvas)
        let figures = PreviewFigures(subject, frame: frame)
        caption(figures.changes, left: left, line: 1, on: &canvas)
        caption(figures.quality, left: left, line: 2, on: &canvas)
    }

    // MARK: Words

    private func legend(_ entries: [(Colour, String)], left: Int, line: Int, on canvas: inout Canvas) {
        let top = Self.header + PreviewPanel.side + 14 + line * Self.captionPitch
        var x = left
        for (colour, text) in entries {
            canvas.fill(x: x, y: top - 1, width: 28, height: 16, colour)
            x = canvas.text(text, x: x + 38, y: top, PreviewPalette.strong) + 26
        }
    }

    private func caption(_ text: String, left: Int, line: Int, on canvas: inout Canvas) {
        canvas.text(text, x: left, y: Self.header + PreviewPanel.side + 14 + line * Self.captionPitch, PreviewPalette.quiet)
    }
}
