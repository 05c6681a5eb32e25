/// A linear VOI window (PS3.3 C.11.2.1.2): modality values below it are black, above it white.
public struct ContentWindow: Hashable, Sendable {
    /// How centre and width are meant.
    public enum Function: UInt8, Hashable, Sendable, CaseIterable {
        /// `LINEAR`: from centre − 0.5 − (width − 1) / 2 to centre − 0.5 + (width − 1) / 2 (C.11.2.1.2.1).
        case linear = 0
        /// `LINEAR_EXACT`: from centre − width / 2 to centre + width / 2 (C.11.2.1.3.2).
        case linearExact = 1
    }

    /// In modality units, within ± 10⁹.
    public let centre: Double
    /// In modality units, at most 10⁹; more than 1 for `linear`, more than 0 for `linearExact`.
    public let width: Double
    public let function: Function

    /// - Returns: `nil` for a window that shows nothing.
    public init?(centre: Double, width: Double, function: Function = .linear) {
        guard abs(centre) <= 1e9, width <= 1e9, width > (function == .linear ? 1 : 0) else { return nil }
        self.centre = centre
        self.width = width
        self.function = function
    }

    /// The modality values that become black and white.
    var ends: (black: Double, white: Double) {
        switch function {
        case .linear: (centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2)
        case .linearExact: (centre - width / 2, centre + width / 2)
        }
    }

    /// The same window over stored samples.
    func stored(in units: ModalityUnits) -> ToneLine {
        let (black, white) = ends
        let ends = [(black - units.intercept) / units.slope, (white - units.intercept) / units.slope]
        let low = min(ends[0], ends[1])
        // A window far off and narrow may have one end in Double's precision; it stays a step, and everything finite.
        return ToneLine(low: low, high: max(ends[0], ends[1], low.nextUp), isFalling: units.slope < 0)
    }
}

/// Shades of grey over stored samples: a line between two ends, clipped beyond them.
struct ToneLine: Hashable, Sendable {
    /// Stored samples at the two ends, `low` < `high`.
    var low: Double, high: Double
    /// The shades at the low and the high end, before `isFalling` exchanges them.
    var dark: Double = 0, bright: Double = 255
    /// True where higher samples are darker.
    var isFalling = false

    /// Shade for a step of one stored sample; negative for a falling line.
    var slope: Double { (isFalling ? -1 : 1) * (bright - dark) / (high - low) }

    /// The shade of a stored sample, not rounded.
    func shade(_ sample: Double) -> Double {
        let share = min(max((sample - low) / (high - low), 0), 1)
        return isFalling ? bright - (bright - dark) * share : dark + (bright - dark) * share
    }
}
