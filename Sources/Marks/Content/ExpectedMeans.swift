/// The expectation that a comparison has of each cell: a value or an interval, on a scale that the image's cell means are on.
///
/// Values are stored samples of the record, or shades; `scale` makes stored samples of them.
struct ExpectedMeans {
    /// The least and the greatest mean that the record allows; equal where it knows the value.
    var low: [Double], high: [Double]
    /// One standard deviation of the expectation itself, in stored samples: what a window that was found is not sure of.
    var doubt: [Double]
    /// The range of values in the cell and its neighbours, in stored samples, as far as it is visible.
    var visibleRange: [Double]
    /// False where the interval is too wide to say anything.
    var isAssessable: [Bool]
    /// A cell that is clipped wholly can differ visibly, but it is never alike.
    var isClipped: [Bool]
    /// The share of the range that is noise at edges in any case, see ``ContentScores``: what clipping makes of the ringing of lossy coding,
    /// and what resampling smears.
    var leastRestlessness: Double
    /// Stored samples for one unit of the values.
    var scale: Double
    /// The rounding of the image's samples, one in stored samples: half a shade.
    var rounding: Double
}

extension ExpectedMeans {
    private static let restlessnessOfWindows = 0.004
    private static let restlessnessOfResampling = 0.005

    /// The means of the record itself: the image has its units.
    init(of plane: ContentRecord.Plane, _ grid: CellGrid, isResampled: Bool = false) {
        low = (0..<grid.count).map { plane.values(of: $0).mean }
        high = low
        doubt = [Double](repeating: 0, count: grid.count)
        visibleRange = Self.ranges(of: plane, grid, shown: nil)
        isAssessable = [Bool](repeating: true, count: grid.count)
        isClipped = [Bool](repeating: false, count: grid.count)
        leastRestlessness = isResampled ? Self.restlessnessOfResampling : 0
        (scale, rounding) = (1, 0)
    }

    /// The shades that the record holds for a window.
    ///
    /// Resampling before the window makes samples more alike: the mean shade is between the one of the samples as they were and the shade of
    /// their mean.
    init(
        of windowed: ContentRecord.Windowed, _ plane: ContentRecord.Plane, _ grid: CellGrid, _ line: ToneLine, isResampled: Bool
    ) {
        let shadesToOne = (line.bright - line.dark) / 255
        let held = windowed.means.map { line.dark + Double($0) / ContentRecord.Windowed.parts * shadesToOne }
        let alike = isResampled ? (0..<grid.count).map { line.shade(plane.values(of: $0).mean) } : held
        low = zip(held, alike).map { min($0, $1) }
        high = zip(held, alike).map { max($0, $1) }
        doubt = [Double](repeating: 0, count: grid.count)
        visibleRange = Self.ranges(of: plane, grid, shown: isResampled ? nil : line)
        leastRestlessness = isResampled ? Self.restlessnessOfResampling : Self.restlessnessOfWindows
        isAssessable = [Bool](repeating: true, count: grid.count)
        isClipped = Self.clipped(plane, grid, line)
        (scale, rounding) = (1 / line.slope, 0.5 / abs(line.slope))
    }

    /// The bounds that a cell's minimum, mean and maximum set to its mean shade in any window.
    init(of plane: ContentRecord.Plane, _ grid: CellGrid, through line: ToneLine, doubt: [Double], isResampled: Bool) {
        let bounds = (0..<grid.count).map { cell in
            let (mean, minimum, maximum) = plane.values(of: cell)
            return line.meanShades(mean: mean, minimum: minimum, maximum: maximum)
        }
        low = bounds.map(\.lowerBound)
        high = bounds.map(\.upperBound)
        self.doubt = doubt
        visibleRange = Self.ranges(of: plane, grid, shown: isResampled ? nil : line)
        leastRestlessness = isResampled ? Self.restlessnessOfResampling : Self.restlessnessOfWindows
        let widest = (line.bright - line.dark) / 2
        isAssessable = bounds.map { $0.upperBound - $0.lowerBound < widest }
        isClipped = Self.clipped(plane, grid, line)
        (scale, rounding) = (1 / line.slope, 0.5 / abs(line.slope))
    }

    private static func clipped(_ plane: ContentRecord.Plane, _ grid: CellGrid, _ line: ToneLine) -> [Bool] {
        (0..<grid.count).map { cell in
            let (_, minimum, maximum) = plane.values(of: cell)
            return maximum <= line.low || minimum >= line.high
        }
    }

    /// Minima and maxima are cut off at the window's ends where there is one.
    private static func ranges(of plane: ContentRecord.Plane, _ grid: CellGrid, shown line: ToneLine?) -> [Double] {
        let values = (0..<grid.count).map { plane.values(of: $0) }
        let minima = grid.neighbourhoods(values.map(\.minimum), min)
        let maxima = grid.neighbourhoods(values.map(\.maximum), max)
        return zip(minima, maxima).map { minimum, maximum in
            guard let line else { return maximum - minimum }
            return min(max(maximum, line.low), line.high) - min(max(minimum, line.low), line.high)
        }
    }
}

extension ToneLine {
    /// The possible mean shades of samples whose mean and range are known.
    ///
    /// The lower clip is convex and the upper one concave, so Jensen's inequality and the chord bound the mean; where both clip,
    /// the line from the one end of the range to the other end of the window does.
    func meanShades(mean: Double, minimum: Double, maximum: Double) -> ClosedRange<Double> {
        let share = maximum > minimum ? (mean - minimum) / (maximum - minimum) : 0
        let atMean = rising(mean)
        let chord = rising(minimum) * (1 - share) + rising(maximum) * share
        var (least, greatest) = (atMean, atMean)
        switch (minimum < low, maximum > high) {
        case (true, true):
            least = min(max((mean - low) / (maximum - low), 0), 1)
            greatest = min(max((mean - minimum) / (high - minimum), 0), 1)
        case (true, false): greatest = max(chord, atMean)
        case (false, true): least = min(chord, atMean)
        case (false, false): break
        }
        let span = bright - dark
        let bounds = isFalling ? (bright - span * greatest, bright - span * least) : (dark + span * least, dark + span * greatest)
        // Numbers of a damaged record may overflow; then nothing is known of the mean.
        return bounds.0 <= bounds.1 ? bounds.0...bounds.1 : dark...bright
    }

    /// 0 … 1 along the window.
    private func rising(_ sample: Double) -> Double { min(max((sample - low) / (high - low), 0), 1) }
}
