import TextDetection

/// The prediction of hidden samples before their residuals are compressed. Format: docs/formats/redaction.md.
struct HiddenPrediction: OptionSet, Hashable, Sendable {
    let rawValue: Int

    /// From the samples to the left and above, as far as they are hidden too (the median predictor of ITU-T T.87 §A.4.2).
    static let spatial = HiddenPrediction(rawValue: 1)
    /// From the same sample of the frame before.
    static let temporal = HiddenPrediction(rawValue: 2)
    /// From the same sample of the frame's first colour.
    static let colour = HiddenPrediction(rawValue: 4)

    static let all: HiddenPrediction = [.spatial, .temporal, .colour]

    /// Those that make sense.
    static func candidates(frames: Int, colours: Int) -> [HiddenPrediction] {
        let plain: [HiddenPrediction] = frames > 1 ? [[], .spatial, .temporal, [.temporal, .spatial]] : [[], .spatial]
        return colours == 3 ? plain + plain.map { $0.union(.colour) } : plain
    }
}

/// Turns the samples under a mask into residuals, from 0 to 2^bits − 1 and mostly small, and back.
///
/// A sample's value is what is left of it after the planes that it is compared with have been subtracted; the prediction is one of values.
/// Residuals are taken modulo 2^bits and folded: 0, −1, 1, −2, … become 0, 1, 2, 3, …
struct HiddenSamples {
    private let runs: [HiddenRun]
    private let colours: Int
    private let columns: Int
    private let bits: Int
    private let prediction: HiddenPrediction

    /// - Parameters:
    ///   - colours: planes of a frame.
    ///   - bits: 1 … 16.
    init(under mask: CellMask, colours: Int, bits: Int, _ prediction: HiddenPrediction) {
        runs = HiddenRun.runs(of: mask)
        self.colours = max(1, colours)
        columns = mask.imageColumns
        self.bits = bits
        self.prediction = prediction
    }

    /// Plane by plane and row by row.
    ///
    /// - Parameter first: how many planes are there only to be compared with: those of the frame before.
    func residuals(of planes: ArraySlice<[UInt16]>, from first: Int = 0) -> [UInt16] {
        var residuals: [UInt16] = []
        residuals.reserveCapacity((planes.count - first) * runs.reduce(0) { $0 + $1.columns.count })
        for plane in planes.indices.dropFirst(first) {
            let reference = reference(plane, in: planes)
            walk(Values(planes[plane], minus: reference)) { value, foretold, _ in residuals.append(folded(value - foretold)) }
        }
        return residuals
    }

    /// Puts the samples back. The planes hold anything under the mask.
    ///
    /// - Parameter first: how many planes are whole: those of the frame before.
    /// - Returns: `false` if there are not as many residuals as samples.
    func restore(_ residuals: [UInt16], to planes: inout [[UInt16]], from first: Int = 0) -> Bool {
        let countPerPlane = runs.reduce(0) { $0 + $1.columns.count }
        guard residuals.count == countPerPlane * (planes.count - first) else { return false }
        var next = 0
        for plane in planes.indices.dropFirst(first) {
            let reference = reference(plane, in: planes[...])
            let modulus = 1 << bits
            // The references are whole by now: planes before this one.
            var values = Values(planes[plane], minus: reference)
            for run in runs {
                for column in run.columns {
                    let index = run.row * columns + column
                    let foretold = prediction.contains(.spatial) ? spatial(values, run, index, column) : 0
                    let level = (foretold + unfolded(residuals[next]) + (values.reference?[index] ?? 0)) & (modulus - 1)
                    values.set(UInt16(level), at: index)
                    next += 1
                }
            }
            planes[plane] = values.levels
        }
        return true
    }

    private func walk(_ values: Values, _ body: (_ value: Int, _ foretold: Int, _ index: Int) -> Void) {
        for run in runs {
            for column in run.columns {
                let index = run.row * columns + column
                body(values[index], prediction.contains(.spatial) ? spatial(values, run, index, column) : 0, index)
            }
        }
    }

    private func spatial(_ values: Values, _ run: HiddenRun, _ index: Int, _ column: Int) -> Int {
        let hasLeft = column > run.columns.lowerBound
        guard run.isHidden(above: column) else { return hasLeft ? values[index - 1] : 0 }
        let above = values[index - columns]
        guard hasLeft, run.isHidden(above: column - 1) else { return above }
        let (left, corner) = (values[index - 1], values[index - columns - 1])
        if corner >= max(left, above) { return min(left, above) }
        if corner <= min(left, above) { return max(left, above) }
        return left + above - corner
    }

    private func folded(_ difference: Int) -> UInt16 {
        let (modulus, half) = (1 << bits, 1 << (bits - 1))
        let wrapped = ((difference + half) & (modulus - 1)) - half
        return UInt16(truncatingIfNeeded: wrapped < 0 ? -2 * wrapped - 1 : 2 * wrapped)
    }

    private func unfolded(_ residual: UInt16) -> Int {
        residual & 1 == 1 ? -(Int(residual) + 1) / 2 : Int(residual) / 2
    }

    /// The values that are subtracted from a plane's samples; `nil` for none.
    private func reference(_ plane: Int, in planes: ArraySlice<[UInt16]>) -> [Int]? {
        let position = plane - planes.startIndex
        let (frame, colour) = position.quotientAndRemainder(dividingBy: colours)
        let first = prediction.contains(.colour) && colour > 0 ? planes[plane - colour] : nil
        guard prediction.contains(.temporal), frame > 0 else { return first?.map(Int.init) }
        let before = planes[plane - colours]
        guard let first else { return before.map(Int.init) }
        let firstBefore = planes[plane - colours - colour]
        return before.indices.map { Int(before[$0]) + Int(first[$0]) - Int(firstBefore[$0]) }
    }
}

/// A plane's samples less what they are compared with.
private struct Values {
    private(set) var levels: [UInt16]
    let reference: [Int]?

    init(_ levels: [UInt16], minus reference: [Int]?) {
        self.levels = levels
        self.reference = reference
    }

    subscript(index: Int) -> Int {
        reference.map { Int(levels[index]) - $0[index] } ?? Int(levels[index])
    }

    mutating func set(_ level: UInt16, at index: Int) { levels[index] = level }
}

/// An uninterrupted stretch of hidden samples of a row.
private struct HiddenRun {
    let row: Int
    let columns: Range<Int>
    /// The hidden stretches of the row above, of which those count that touch this one; `nil` where all above is hidden.
    private let above: [Range<Int>]?

    func isHidden(above column: Int) -> Bool { above.map { $0.contains { $0.contains(column) } } ?? true }

    static func runs(of mask: CellMask) -> [HiddenRun] {
        var runs: [HiddenRun] = []
        var before: [Range<Int>] = []
        for cellRow in 0..<mask.rows {
            let stretches = mask.runs(ofRow: cellRow)
            for (offset, row) in mask.samples(ofRow: cellRow).enumerated() {
                for stretch in stretches {
                    // Within a row of cells the row above has the same stretches.
                    let touching = offset > 0 ? nil : before.filter { $0.overlaps(stretch) }
                    runs.append(HiddenRun(row: row, columns: stretch, above: touching))
                }
            }
            before = stretches
        }
        return runs
    }
}
