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

/// How series are told apart: by colour, by marker and by dashes, so that no one of them is needed.
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
