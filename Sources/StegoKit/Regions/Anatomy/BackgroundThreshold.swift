/// Where the dark background of an image ends: two levels, for a hysteresis.
struct BackgroundThreshold: Hashable {
    /// Anatomy has parts at least this bright.
    let anatomy: Int
    /// What is darker is background where it can be reached from the edge; at most `anatomy`.
    let background: Int

    /// An image with fewer levels in use than this has nothing to show.
    private static let leastContrast = 3
    /// The background's spread may be this share of its distance from the anatomy; beyond, the two cannot be told apart.
    private static let largestSpread = 0.2

    /// Finds the levels.
    ///
    /// - Parameter scale: what the levels mean, where that is known.
    /// - Throws: `uniform` or `fillsFrame`.
    init(of grid: AnatomyGrid, scale: LevelScale) throws(BackgroundThreshold.Failure) {
        let histogram = BrightnessHistogram(grid.levels, leavingOut: grid.isExcluded)
        guard let lowest = histogram.lowest, let brightest = histogram.quantile(0.99), brightest - lowest >= Self.leastContrast,
            let classes = histogram.threeClasses(upTo: brightest)
        else { throw .uniform }
        if let air = scale.endOfAir {
            let threshold = min(max(classes.middle, air.lowerBound), air.upperBound)
            (anatomy, background) = (threshold, threshold)
            return
        }
        let dark = 0..<classes.middle
        guard let darkMedian = histogram.quantile(0.5, within: dark), let darkLow = histogram.quantile(0.16, within: dark),
            let tissue = histogram.quantile(0.5, within: classes.middle..<histogram.counts.count)
        else { throw .uniform }
        // One standard deviation of a normal distribution; measured downwards, where no dark tissue is mixed in.
        let spread = Double(darkMedian - darkLow)
        guard spread <= Self.largestSpread * Double(tissue - darkMedian), scale.isBackground(darkMedian, besides: tissue) else {
            throw .fillsFrame
        }
        anatomy = classes.middle
        let low = Double(darkMedian) + max(3 * spread, 0.02 * Double(tissue - darkMedian), 1)
        background = min(classes.middle, Int(low.rounded(.up)))
    }

    enum Failure: Error {
        case uniform
        case fillsFrame
    }
}
