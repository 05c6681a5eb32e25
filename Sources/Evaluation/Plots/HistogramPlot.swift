import Basics

/// Two histograms of the same levels, as inline SVG: the cover's as bars, the stego image's as a stepped line.
struct HistogramPlot {
    let title: String
    let firstLevel: Int
    let cover: [Int]
    let stego: [Int]
    let style: Int

    private static let (width, height) = (460.0, 200.0)
    private static let (left, right, top, bottom) = (58.0, 14.0, 10.0, 40.0)

    var svg: String {
        let highest = Double(max(cover.max() ?? 0, stego.max() ?? 0))
        let y = PlotScale(around: [highest], pixels: (Self.height - Self.bottom, Self.top), wantedTicks: 4, startingAt: 0)
        let step = (Self.width - Self.left - Self.right) / Double(max(1, cover.count))
        let base = Self.height - Self.bottom
        let bars = cover.enumerated().map { index, count in
            let top = y.position(Double(count))
            return "M\((Self.left + Double(index) * step + 0.5).short) \(base.short)V\(top.short)h\((step - 1).short)V\(base.short)Z"
        }.joined()
        var line = ""
        for (index, count) in stego.enumerated() {
            line += "\(index == 0 ? "M" : "L")\((Self.left + Double(index) * step).short) \(y.position(Double(count)).short)h\(step.short)"
        }
        var axis = ""
        for tick in y.ticks {
            let position = y.position(tick).short
            axis += "<path class=\"grid\" d=\"M\(Self.left.short) \(position)H\((Self.width - Self.right).short)\"/>"
            axis += "<text x=\"\((Self.left - 7).short)\" y=\"\((y.position(tick) + 4).short)\" text-anchor=\"end\">\(y.label(tick))</text>"
        }
        for index in stride(from: 0, to: cover.count, by: 8) {
            let x = (Self.left + (Double(index) + 0.5) * step).short
            axis += "<text x=\"\(x)\" y=\"\((base + 16).short)\" text-anchor=\"middle\">\(firstLevel + index)</text>"
        }
        let middle = ((Self.left + Self.width - Self.right) / 2).short
        axis += "<text x=\"\(middle)\" y=\"\((Self.height - 6).short)\" text-anchor=\"middle\">level</text>"
        return """
            <svg class="plot" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(title.escapedForHTML)">
            <g class="axis">\(axis)</g><path class="bars" d="\(bars)"/>\
            <g class="series \(PlotStyle.className(style))"><path class="line" d="\(line)"/></g>
            </svg>
            """
    }
}
