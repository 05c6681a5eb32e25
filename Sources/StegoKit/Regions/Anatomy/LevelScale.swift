import DICOM

/// What levels mean, where the header tells.
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
