import Foundation

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
