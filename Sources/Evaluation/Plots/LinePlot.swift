import Basics

/// A plot of lines as inline SVG. Colours come from the page's style sheet, so that it follows light, dark and print.
struct LinePlot {
    var title: String
    var xLabel: String
    var yLabel: String
    var series: [PlotSeries]
    /// A band across the plot, such as what guessing reaches.
    var band: (range: ClosedRange<Double>, name: String)?
    /// What the vertical axis must hold besides the points.
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
