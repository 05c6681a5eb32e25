import Foundation

extension Double {
    /// With one decimal, for drawings.
    var short: String { String(format: "%.1f", self) }

    /// With some decimals for a table; ∞ for infinity and – for what is no number.
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
