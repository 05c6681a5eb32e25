/// How stored samples become shades of grey: the modality rescale, then the linear VOI function of PS3.3 C.11.2.1.2.1.
public struct DisplayWindow: Sendable {
    /// In the units after the rescale, for example Hounsfield units.
    public let centre: Double
    /// In the same units, at least 1.
    public let width: Double
    /// Rescaled value = stored value · slope + intercept.
    public let slope: Double
    /// What a stored 0 stands for.
    public let intercept: Double
    /// True for MONOCHROME1, where the lowest value is shown white.
    public let isInverted: Bool

    /// - Parameter width: at least 1; smaller ones count as 1.
    public init(centre: Double, width: Double, slope: Double = 1, intercept: Double = 0, isInverted: Bool = false) {
        self.centre = centre
        self.width = max(1, width)
        self.slope = slope
        self.intercept = intercept
        self.isInverted = isInverted
    }

    /// A window that shows all but the darkest and the brightest half percent of the samples, for files that bring none.
    ///
    /// - Complexity: O(n log n) in the samples looked at, at most about 65 000 of them.
    public init(spanning samples: [Int32], slope: Double, intercept: Double, isInverted: Bool) {
        let step = max(1, samples.count / 65_536)
        let sorted = stride(from: 0, to: samples.count, by: step).map { samples[$0] }.sorted()
        let low = sorted.isEmpty ? 0 : Double(sorted[sorted.count / 200]) * slope + intercept
        let high = sorted.isEmpty ? 1 : Double(sorted[sorted.count - 1 - sorted.count / 200]) * slope + intercept
        self.init(
            centre: (low + high) / 2, width: abs(high - low), slope: slope, intercept: intercept, isInverted: isInverted
        )
    }

    /// The shade of a stored sample.
    public func shade(_ sample: Int32) -> UInt8 {
        let value = Double(sample) * slope + intercept
        let share = width > 1 ? (value - (centre - 0.5)) / (width - 1) + 0.5 : (value > centre - 0.5 ? 1 : 0)
        let shade = UInt8((min(max(share, 0), 1) * 255).rounded())
        return isInverted ? 255 - shade : shade
    }
}
