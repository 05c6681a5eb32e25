import DICOM

/// Where the dark background of an image ends: two levels, for a hysteresis.
struct BackgroundThreshold: Hashable {
    /// Anatomy has parts at least this bright.
    let anatomy: Int
    /// What is darker is background where it can be reached from the edge; at most `anatomy`.
    let background: Int

    /// The levels between which air ends and tissue begins in computed tomography: −600 and −300 HU.
    private static let airInHounsfieldUnits = -600.0...(-300.0)
    /// An image with fewer levels in use than this has nothing to show.
    private static let leastContrast = 3
    /// The background's spread may be this share of its distance from the anatomy; beyond, the two cannot be told apart.
    private static let largestSpread = 0.25

    /// Finds the levels.
    ///
    /// - Parameters:
    ///   - grid: the frame.
    ///   - air: in computed tomography the levels in which air ends, by ``airLevels(description:dataSet:)``.
    /// - Throws: ``FoundRegion/Absence``: `uniform` or `fillsFrame`.
    init(of grid: AnatomyGrid, air: ClosedRange<Int>?) throws(BackgroundThreshold.Failure) {
        var histogram = LevelHistogram(grid.levels, leavingOut: grid.isPadding)
        histogram.removeUnmeasured()
        guard let lowest = histogram.lowest, let brightest = histogram.quantile(0.99), brightest - lowest >= Self.leastContrast else {
            throw .uniform
        }
        guard let classes = histogram.threeClasses(upTo: brightest) else { throw .uniform }
        if let air {
            let threshold = min(max(classes.middle, air.lowerBound), air.upperBound)
            (anatomy, background) = (threshold, threshold)
            return
        }
        let dark = 0..<classes.middle
        guard let darkMedian = histogram.quantile(0.5, within: dark), let darkHigh = histogram.quantile(0.84, within: dark),
            let tissue = histogram.quantile(0.5, within: classes.middle..<histogram.counts.count)
        else { throw .uniform }
        // One standard deviation lies between the median and the 84th percentile of a normal distribution.
        let spread = Double(darkHigh - darkMedian)
        guard spread <= Self.largestSpread * Double(tissue - darkMedian) else { throw .fillsFrame }
        anatomy = classes.middle
        let low = Double(darkMedian) + max(3 * spread, 0.02 * Double(tissue - darkMedian), 1)
        background = min(classes.middle, Int(low.rounded(.up)))
    }

    enum Failure: Error {
        case uniform
        case fillsFrame
    }

    /// The levels in which air ends, for computed tomography with a rescale to Hounsfield units; `nil` for other images.
    static func airLevels(description: PixelDescription, dataSet: DataSet) -> ClosedRange<Int>? {
        guard dataSet.string(.modality) == "CT", let slope = dataSet.decimal(.rescaleSlope), slope > 0,
            let intercept = dataSet.decimal(.rescaleIntercept)
        else { return nil }
        func level(_ units: Double) -> Int? {
            Int(exactly: ((units - intercept) / slope).rounded()).map { $0 - description.valueRange.lowerBound }
        }
        guard let low = level(airInHounsfieldUnits.lowerBound), let high = level(airInHounsfieldUnits.upperBound), low <= high else {
            return nil
        }
        return low...high
    }
}

extension LevelHistogram {
    /// Leaves out what a scanner puts outside its field of view without calling it padding: one level below all others, far from them
    /// and frequent, as −2000 in computed tomography.
    fileprivate mutating func removeUnmeasured() {
        guard let lowest, let highest, let next = counts[(lowest + 1)...].firstIndex(where: { $0 > 0 }) else { return }
        if share(of: lowest..<lowest + 1) > 0.02, next - lowest > (highest - lowest) / 16 { removeLevels(below: next) }
    }
}
