import Basics
import Imaging

/// Draws the sheet: one row an instance; original, stego, difference and restored side by side.
struct ContactSheet {
    /// The side of a panel in pixels.
    static let panel = 512
    private static let margin = 24
    private static let header = 96
    private static let caption = 78

    private static let background = Colour(18, 20, 23)
    private static let line = Colour(70, 74, 80)
    private static let strong = Colour(240, 242, 245)
    private static let quiet = Colour(160, 166, 174)
    private static let good = Colour(86, 180, 233)
    private static let bad = Colour(255, 120, 60)
    private static let columns = [
        ("Original", "as the clinic has it"), ("Stego", "what travels: anonymous, the record inside"),
        ("Difference", "stego − original"), ("Restored", "as the radiologist opens it"),
    ]

    let rows: [SheetRow]

    func draw() -> Canvas {
        var canvas = Canvas(
            width: Self.margin + columnPitch * Self.columns.count,
            height: Self.header + rowPitch * max(1, rows.count),
            background: Self.background
        )
        for (index, (title, explanation)) in Self.columns.enumerated() {
            let left = Self.margin + index * columnPitch
            canvas.text(title, x: left, y: 22, scale: 3, Self.strong)
            canvas.text(explanation, x: left, y: 60, Self.quiet)
        }
        for (index, row) in rows.enumerated() { draw(row, top: Self.header + index * rowPitch, on: &canvas) }
        return canvas
    }

    private var columnPitch: Int { Self.panel + Self.margin }
    private var rowPitch: Int { Self.panel + Self.caption }

    private func draw(_ row: SheetRow, top: Int, on canvas: inout Canvas) {
        let palette = DifferencePalette(maximum: row.embedding.maximum)
        let lefts = Self.columns.indices.map { Self.margin + $0 * columnPitch }
        let below = top + Self.panel + 12
        draw(row.original, left: lefts[0], top: top, on: &canvas)
        draw(row.stego, left: lefts[1], top: top, on: &canvas)
        draw(row.embedding, palette: palette, left: lefts[2], top: top, on: &canvas)
        draw(row.restored, left: lefts[3], top: top, on: &canvas)
        for left in lefts { canvas.frame(x: left, y: top, width: Self.panel, height: Self.panel, Self.line) }

        canvas.text(row.name, x: lefts[0], y: below, Self.strong)
        canvas.text(Self.shape(of: row.original), x: lefts[0], y: below + 26, Self.quiet)
        canvas.text(Self.quality(of: row), x: lefts[1], y: below, Self.strong)
        canvas.text("peak: the range that the image uses", x: lefts[1], y: below + 26, Self.quiet)
        drawLegend(palette, maximum: row.embedding.maximum, left: lefts[2], top: below, on: &canvas)
        canvas.text(Self.changes(of: row.embedding), x: lefts[2], y: below + 26, Self.quiet)
        let exact = row.remainder.changedSamples == 0
        canvas.text(exact ? "no sample differs" : "DIFFERS", x: lefts[3], y: below, exact ? Self.good : Self.bad)
        canvas.text(Self.changes(of: row.remainder), x: lefts[3], y: below + 26, Self.quiet)
    }

    // MARK: Panels

    private func draw(_ image: SampleImage, left: Int, top: Int, on canvas: inout Canvas) {
        let scale = PanelScale(sourceWidth: image.width, sourceHeight: image.height, side: Self.panel)
        let (x, y) = origin(of: scale, left: left, top: top)
        for row in 0..<scale.height {
            for column in 0..<scale.width {
                canvas.set(x + column, y + row, Self.average(of: image, columns: scale.columns(column), rows: scale.rows(row)))
            }
        }
    }

    /// Of a box of samples the largest difference is shown, so that a large image's sparse changes do not vanish.
    private func draw(_ difference: SampleDifference, palette: DifferencePalette, left: Int, top: Int, on canvas: inout Canvas) {
        let scale = PanelScale(sourceWidth: difference.width, sourceHeight: difference.height, side: Self.panel)
        let (x, y) = origin(of: scale, left: left, top: top)
        for row in 0..<scale.height {
            for column in 0..<scale.width {
                var largest: Int32 = 0
                for sourceRow in scale.rows(row) {
                    for sourceColumn in scale.columns(column) {
                        let value = difference.values[sourceRow * difference.width + sourceColumn]
                        if value.magnitude > largest.magnitude { largest = value }
                    }
                }
                canvas.set(x + column, y + row, palette.colour(largest))
            }
        }
    }

    private func origin(of scale: PanelScale, left: Int, top: Int) -> (Int, Int) {
        (left + (Self.panel - scale.width) / 2, top + (Self.panel - scale.height) / 2)
    }

    private static func average(of image: SampleImage, columns: Range<Int>, rows: Range<Int>) -> Colour {
        guard columns.count * rows.count > 1 else { return image.colour(x: columns.lowerBound, y: rows.lowerBound) }
        var (red, green, blue) = (0, 0, 0)
        for row in rows {
            for column in columns {
                let colour = image.colour(x: column, y: row)
                red += Int(colour.red)
                green += Int(colour.green)
                blue += Int(colour.blue)
            }
        }
        let count = columns.count * rows.count
        return Colour(UInt8(clamping: red / count), UInt8(clamping: green / count), UInt8(clamping: blue / count))
    }

    // MARK: Captions

    private func drawLegend(_ palette: DifferencePalette, maximum: Int32, left: Int, top: Int, on canvas: inout Canvas) {
        var x = left
        for value in [-palette.fullScale, 0, palette.fullScale] {
            canvas.fill(x: x, y: top - 1, width: 28, height: 16, palette.colour(value))
            canvas.frame(x: x, y: top - 1, width: 28, height: 16, Self.line)
            let open = value.magnitude < maximum.magnitude && value != 0
            let label = value == 0 ? "0" : (value < 0 ? "−\(value.magnitude)" : "+\(value)") + (open ? " and beyond" : "")
            x = canvas.text(label, x: x + 38, y: top, Self.strong) + 26
        }
    }

    private static func shape(of image: SampleImage) -> String {
        "\(image.width) × \(image.height), \(image.bitsStored) bit" + (image.channels == 3 ? ", colour" : "")
    }

    private static func quality(of row: SheetRow) -> String {
        guard let ratio = row.embedding.peakSignalToNoise(range: row.usedRange) else { return "pixels unchanged" }
        return "PSNR \(Quantities.decimal(ratio, 1)) dB, maximum change \(row.embedding.maximum)"
    }

    private static func changes(of difference: SampleDifference) -> String {
        let share = "\(Quantities.grouped(difference.changedSamples)) of \(Quantities.grouped(difference.sampleCount)) samples changed"
        guard difference.changedSamples > 0 else { return share }
        let percent = Quantities.decimal(difference.changedShare * 100, 1)
        return "\(share) (\(percent) %)"
    }
}
