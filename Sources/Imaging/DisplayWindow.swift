public import DICOM

/// The way from stored samples to shades of grey: the modality rescale, then the linear VOI function of PS3.3 C.11.2.1.2.1.
public struct DisplayWindow: Sendable {
    /// In the units after the rescale, for example Hounsfield units.
    public let centre: Double
    /// In the same units, at least 1.
    public let width: Double
    /// Rescaled value = stored value · slope + intercept.
    public let slope: Double
    /// The value that a stored 0 stands for.
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

extension DisplayWindow {
    /// The header's first window, or one that spans the samples when it has none.
    ///
    /// - Parameter samples: stored values of the frame to be shown, in any order.
    public init(of dataSet: DataSet, samples: [Int32]) {
        let slope = dataSet.decimal(.rescaleSlope) ?? 1
        let intercept = dataSet.decimal(.rescaleIntercept) ?? 0
        let isInverted = dataSet.string(.photometricInterpretation) == "MONOCHROME1"
        if let centre = dataSet.decimal(.windowCenter), let width = dataSet.decimal(.windowWidth), width >= 1 {
            self.init(centre: centre, width: width, slope: slope, intercept: intercept, isInverted: isInverted)
        } else {
            self.init(spanning: samples, slope: slope, intercept: intercept, isInverted: isInverted)
        }
    }
}

/// The colours of differences: grey for none, blue for less, orange for more. Blue and orange stay apart for every common kind
/// of colour blindness (Okabe and Ito 2008).
public struct DifferencePalette: Sendable {
    /// The magnitude that has the full colour; larger ones are shown the same.
    public let fullScale: Int32

    /// The colour of a difference of 0.
    public static let none = Colour(44, 47, 52)
    private static let less = Colour(64, 150, 255)
    private static let more = Colour(255, 159, 28)

    /// - Parameter maximum: the largest magnitude that occurs.
    public init(maximum: Int32) {
        fullScale = max(1, min(maximum, 16))
    }

    /// The colour of a signed difference.
    public func colour(_ difference: Int32) -> Colour {
        guard difference != 0 else { return Self.none }
        let share = Float(min(difference.magnitude, UInt32(fullScale))) / Float(fullScale)
        // Even the smallest difference stands out against none.
        return Self.none.mixed(with: difference < 0 ? Self.less : Self.more, 0.35 + 0.65 * share)
    }
}
