import DICOM

/// The end of an image's dark background: two levels, for a hysteresis.
struct BackgroundThreshold: Hashable {
    /// Anatomy has parts at least this bright.
    let anatomy: Int
    /// Darker samples are background where they can be reached from the edge; at most `anatomy`.
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

/// The meaning of levels, where the header tells it.
struct LevelScale: Hashable {
    /// In computed tomography the levels between which air ends and tissue begins.
    let endOfAir: ClosedRange<Int>?
    /// In computed tomography the level below which there is air, and hardly any of a lung.
    let lung: Int?
    /// The level of no signal, in magnitude images of magnetic resonance.
    private let noSignal: Int?

    // Hounsfield units. Skin lies half-way to air at −500; lungs are at −950 … −700, air at −1000.
    private static let endOfAirUnits = -600.0...(-300.0)
    private static let lungUnits = -960.0
    /// Air gives at most this share of the signal of tissue.
    private static let largestShareOfAir = 0.2

    init(description: PixelDescription, dataSet: DataSet) {
        let slope = dataSet.decimal(.rescaleSlope)
        let intercept = dataSet.decimal(.rescaleIntercept)
        func level(_ value: Double) -> Int? {
            Int(exactly: ((value - (intercept ?? 0)) / (slope ?? 1)).rounded()).map { $0 - description.valueRange.lowerBound }
        }
        let modality = dataSet.string(.modality)
        if modality == "CT", let slope, slope > 0, intercept != nil, description.photometricInterpretation == "MONOCHROME2",
            let low = level(Self.endOfAirUnits.lowerBound), let high = level(Self.endOfAirUnits.upperBound), low <= high
        {
            endOfAir = low...high
            lung = level(Self.lungUnits)
        } else {
            endOfAir = nil
            lung = nil
        }
        let isMagnitude = modality == "MR" && (intercept ?? 0) == 0 && description.photometricInterpretation == "MONOCHROME2"
        noSignal = isMagnitude ? -description.valueRange.lowerBound : nil
    }

    /// Whether a level can be that of air when tissue has another.
    func isBackground(_ level: Int, besides tissue: Int) -> Bool {
        guard let noSignal, tissue > noSignal else { return true }
        return Double(level - noSignal) <= Self.largestShareOfAir * Double(tissue - noSignal)
    }
}
