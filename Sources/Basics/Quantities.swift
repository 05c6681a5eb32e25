import Foundation

/// Quantities as people read them.
public enum Quantities {
    /// Bytes in decimal units: "812 B", "5.3 kB", "104.9 MB".
    public static func bytes(_ count: some BinaryInteger) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        while value >= 999.95, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(count) B" : String(format: "%.1f %@", value, units[unit])
    }

    /// Groups of three digits with a blank between them: "262 144".
    public static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return number < 0 ? "−" + text : text
    }

    /// A number with so many decimals; "∞" for infinity, "–" for anything that is no number.
    public static func decimal(_ value: Double, _ decimals: Int) -> String {
        if value.isNaN { return "–" }
        return value.isInfinite ? (value > 0 ? "∞" : "-∞") : String(format: "%.\(decimals)f", value)
    }

    /// Decibels with one decimal; "–" where nothing differs.
    public static func decibels(_ value: Double?) -> String {
        value.map { String(format: "%.1f dB", $0) } ?? "–"
    }

    /// Seconds as "0.8 s", "45 s", "3 min 05 s", "2 h 04 min"; "–" for anything that is no duration.
    public static func duration(_ seconds: Double) -> String {
        guard seconds >= 0, let whole = Int(exactly: seconds.rounded()) else { return "–" }
        // Each bound is where the smaller unit would round up to a whole larger one.
        switch seconds {
        case ..<9.95: return String(format: "%.1f s", seconds)
        case ..<59.5: return "\(whole) s"
        case ..<3599.5: return String(format: "%d min %02d s", whole / 60, whole % 60)
        default: return String(format: "%d h %02d min", whole / 3600, whole / 60 % 60)
        }
    }
}

extension Duration {
    /// The duration in seconds.
    public var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
