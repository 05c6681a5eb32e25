/// The samples that the scans of a lossless frame describe (ITU-T T.81 §H.1.2), modulo 2¹⁶ as the standard computes them.
///
/// A sample beyond the frame's precision is cut off by one decoder and wrapped round by another. So what is one picture to the decoder
/// here is proven to be the same to others only by the samples before they are fitted into anything.
struct LosslessSamples: Equatable {
    /// Row by row, one array a component.
    private(set) var components: [[UInt16]]
    private let columns: Int
    private let precision: Int

    static func == (left: LosslessSamples, right: LosslessSamples) -> Bool {
        left.components == right.components && left.columns == right.columns
    }

    /// Of each component, where the current scan or restart interval began.
    private var starts: [Int]

    init(_ frame: JPEGFrame) {
        columns = frame.columns
        precision = frame.precision
        components = frame.components.map { _ in [] }
        starts = frame.components.map { _ in 0 }
    }

    /// Prediction begins anew with each scan and behind each restart marker (§H.1.2.1).
    mutating func beginInterval(of scan: JPEGScan) {
        for component in scan.components { starts[component.index] = components[component.index].count }
    }

    /// The next sample of a component, by its difference from what the scan's predictor says.
    mutating func append(_ difference: Int, to component: Int, of scan: JPEGScan) {
        let shift = scan.approximationLow
        let predicted = prediction(at: components[component].count, in: component, scan)
        components[component].append(UInt16(truncatingIfNeeded: (predicted + difference) << shift))
    }

    /// Table H.1; the first line of an interval is predicted from the left, the first column from above.
    private func prediction(at index: Int, in component: Int, _ scan: JPEGScan) -> Int {
        let samples = components[component]
        func sample(_ distance: Int) -> Int { Int(samples[index - distance] >> UInt16(scan.approximationLow)) }
        let offset = index - starts[component]
        if offset == 0 { return 1 << max(0, precision - scan.approximationLow - 1) }
        if offset < columns { return sample(1) }
        let above = sample(columns)
        guard index % columns > 0 else { return above }
        // With intervals of whole lines, the sample to the upper left belongs to the same interval.
        let (left, upperLeft) = (sample(1), sample(columns + 1))
        switch scan.spectralStart {
        case 2: return above
        case 3: return upperLeft
        case 4: return left + above - upperLeft
        case 5: return left + (above - upperLeft) >> 1
        case 6: return above + (left - upperLeft) >> 1
        case 7: return (left + above) >> 1
        default: return left
        }
    }
}
