import Basics
import Foundation

/// A plot of lines as inline SVG. Colours come from the page's style sheet, so that it follows light, dark and print.
struct LinePlot {
    var title: String
    var xLabel: String
    var yLabel: String
    var series: [PlotSeries]
    /// A band across the plot, such as what guessing reaches.
    var band: (range: ClosedRange<Double>, name: String)?
    /// Values that the vertical axis must hold besides the points.
    var yIncluded: [Double] = []

    private static let (width, height) = (460.0, 300.0)
    private static let (left, right, top, bottom) = (58.0, 14.0, 12.0, 46.0)

    var svg: String {
        let points = series.flatMap(\.points)
        let xScale = PlotScale(around: points.map(\.x), pixels: (Self.left, Self.width - Self.right), startingAt: 0)
        let yValues = points.flatMap { [$0.y] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) } + yIncluded
        let yScale = PlotScale(around: yValues, pixels: (Self.height - Self.bottom, Self.top))
        let summary = "\(title). \(xLabel) across, \(yLabel) up."
        return """
            <svg class="plot" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(summary.escapedForHTML)">
            \(axes(xScale, yScale))\(band(xScale, yScale))\(series.map { curve($0, xScale, yScale) }.joined())
            </svg>
            """
    }

    private func axes(_ x: PlotScale, _ y: PlotScale) -> String {
        let (left, right) = (Self.left, Self.width - Self.right)
        let base = Self.height - Self.bottom
        var text = "<g class=\"axis\">"
        for tick in y.ticks {
            let position = y.position(tick)
            text += "<path class=\"grid\" d=\"M\(left.short) \(position.short)H\(right.short)\"/>"
            text += "<text x=\"\((left - 7).short)\" y=\"\((position + 4).short)\" text-anchor=\"end\">\(y.label(tick))</text>"
        }
        for tick in x.ticks {
            let position = x.position(tick)
            text += "<path class=\"tick\" d=\"M\(position.short) \(base.short)v5\"/>"
            text += "<text x=\"\(position.short)\" y=\"\((base + 18).short)\" text-anchor=\"middle\">\(x.label(tick))</text>"
        }
        text += "<path class=\"frame\" d=\"M\(left.short) \(Self.top.short)V\(base.short)H\(right.short)\"/>"
        text +=
            "<text x=\"\(((left + right) / 2).short)\" y=\"\((Self.height - 8).short)\" text-anchor=\"middle\">\(xLabel.escapedForHTML)</text>"
        let middle = ((Self.top + base) / 2).short
        text +=
            "<text x=\"14\" y=\"\(middle)\" text-anchor=\"middle\" transform=\"rotate(-90 14 \(middle))\">\(yLabel.escapedForHTML)</text>"
        return text + "</g>\n"
    }

    private func band(_ x: PlotScale, _ y: PlotScale) -> String {
        guard let band else { return "" }
        let (from, to) = (y.position(band.range.upperBound), y.position(band.range.lowerBound))
        let left = Self.left
        return """
            <g class="band"><rect x="\(left.short)" y="\(from.short)" width="\((Self.width - Self.right - left).short)" \
            height="\(max(1, to - from).short)"/><text x="\((left + 6).short)" y="\((to - 4).short)">\(band.name.escapedForHTML)</text></g>

            """
    }

    private func curve(_ series: PlotSeries, _ x: PlotScale, _ y: PlotScale) -> String {
        let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map { point in
            (x: x.position(point.x), y: y.position(point.y), interval: point.interval)
        }
        guard let first = points.first else { return "" }
        let name = series.isReference ? "reference" : "series"
        var text = "<g class=\"\(name) \(PlotStyle.className(series.style))\"><title>\(series.name.escapedForHTML)</title>"
        let rest = points.dropFirst().map { "L\($0.x.short) \($0.y.short)" }.joined()
        text += "<path class=\"line\" d=\"M\(first.x.short) \(first.y.short)\(rest)\"/>"
        if series.isReference, let last = points.last {
            text += "<text x=\"\((last.x - 4).short)\" y=\"\((last.y - 6).short)\" text-anchor=\"end\">\(series.name.escapedForHTML)</text>"
        }
        for point in points where !series.isReference {
            if let interval = point.interval, interval.upperBound.isFinite, interval.lowerBound.isFinite {
                let (low, high) = (y.position(interval.lowerBound), y.position(interval.upperBound))
                text +=
                    "<path class=\"bar\" d=\"M\(point.x.short) \(low.short)V\(high.short)M\((point.x - 3).short) \(low.short)h6M\((point.x - 3).short) \(high.short)h6\"/>"
            }
            text += PlotStyle.marker(series.style, x: point.x, y: point.y)
        }
        return text + "</g>\n"
    }
}

/// A linear axis: which values lie where, and which are marked.
struct PlotScale {
    let range: ClosedRange<Double>
    let pixels: (from: Double, to: Double)
    let ticks: [Double]

    /// - Parameters:
    ///   - values: what must fit; the axis ends at marked values around them.
    ///   - pixels: where the axis begins and ends in the drawing.
    init(around values: [Double], pixels: (from: Double, to: Double), wantedTicks: Int = 5, startingAt start: Double? = nil) {
        let finite = values.filter(\.isFinite) + (start.map { [$0] } ?? [])
        let low = finite.min() ?? 0
        let high = max(finite.max() ?? 1, low)
        let span = high > low ? high - low : max(abs(high), 1)
        let step = Self.niceStep(span / Double(max(1, wantedTicks)))
        let first = (low / step).rounded(.down)
        let last = max((high / step).rounded(.up), first + 1)
        // At most a few more than wanted, since the step was chosen from the span.
        ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
        range = first * step...last * step
        self.pixels = pixels
    }

    func position(_ value: Double) -> Double {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return pixels.from + min(max(share, 0), 1) * (pixels.to - pixels.from)
    }

    /// A tick's label, with as many decimals as its step needs.
    func label(_ tick: Double) -> String {
        let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
        let decimals = max(0, min(6, Int((-log10(step)).rounded(.up))))
        return String(format: "%.\(decimals)f", tick == 0 ? 0 : tick)
    }

    /// 1, 2 or 5 times a power of ten, at least `raw`.
    private static func niceStep(_ raw: Double) -> Double {
        let power = pow(10, floor(log10(raw)))
        let mantissa = raw / power
        return (mantissa <= 1.0000001 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10) * power
    }
}

/// Points of one method, joined by a line.
struct PlotSeries {
    struct Point {
        let x: Double
        let y: Double
        /// A confidence interval, drawn as a bar.
        var interval: ClosedRange<Double>?
    }

    let name: String
    /// Chooses colour, marker and dashes; the same method has the same in every plot.
    let style: Int
    let points: [Point]
    /// A bound or another curve without markers.
    var isReference = false
}

/// The marks that tell series apart: colour, marker and dashes, so that no one of them is needed.
enum PlotStyle {
    static let count = 6

    static func className(_ style: Int) -> String { "s\(style % count)" }

    /// A marker around a point.
    static func marker(_ style: Int, x: Double, y: Double) -> String {
        let (x1, x2, y1, y2) = (x - 4.5, x + 4.5, y - 4.5, y + 4.5)
        switch style % count {
        case 0: return "<circle cx=\"\(x.short)\" cy=\"\(y.short)\" r=\"4.5\"/>"
        case 1: return "<rect x=\"\((x - 4).short)\" y=\"\((y - 4).short)\" width=\"8\" height=\"8\"/>"
        case 2: return "<path d=\"M\(x.short) \(y1.short)L\(x2.short) \(y2.short)L\(x1.short) \(y2.short)Z\"/>"
        case 3:
            return
                "<path d=\"M\(x.short) \((y - 6).short)L\((x + 6).short) \(y.short)L\(x.short) \((y + 6).short)L\((x - 6).short) \(y.short)Z\"/>"
        case 4: return "<path d=\"M\(x.short) \(y2.short)L\(x2.short) \(y1.short)L\(x1.short) \(y1.short)Z\"/>"
        default:
            return
                "<path class=\"cross\" d=\"M\(x1.short) \(y1.short)L\(x2.short) \(y2.short)M\(x1.short) \(y2.short)L\(x2.short) \(y1.short)\"/>"
        }
    }
}
