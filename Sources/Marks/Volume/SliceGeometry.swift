/// Where a slice's samples are in the patient, in integers, so that two machines place them alike.
public struct SliceGeometry: Hashable, Sendable {
    /// The centre of the first sample, in 1/1024 mm: x, y, z.
    let origin: [Int]
    /// From one row to the next, and from one column to the next, in 1/2²⁰ mm.
    let rowStep: [Int], columnStep: [Int]

    /// Fractional bits of the steps beyond those of the origin.
    static let stepBits = 10
    /// Patient coordinates are within ± so many mm.
    private static let farthest = 4000.0
    /// Neighbouring samples are at most so many mm apart.
    private static let widestStep = 100.0

    /// - Parameters:
    ///   - position: Image Position (Patient) (0020,0032), in mm.
    ///   - orientation: Image Orientation (Patient) (0020,0037): the direction along a row, then the one along a column.
    ///   - spacing: Pixel Spacing (0028,0030).
    /// - Throws: ``MarksError`` of code `plane` for values that place no slice.
    public init(position: [Double], orientation: [Double], spacing: SampleSpacing) throws {
        guard position.count == 3, orientation.count == 6, position.allSatisfy({ abs($0) <= Self.farthest }),
            orientation.allSatisfy({ abs($0) <= 1.001 }), spacing.rows <= Self.widestStep, spacing.columns <= Self.widestStep
        else { throw MarksError(.plane, "the slice's position, orientation and spacing place it nowhere") }
        func length(_ direction: ArraySlice<Double>) -> Double { direction.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let cosine = (0..<3).reduce(0) { $0 + orientation[$1] * orientation[$1 + 3] }
        guard abs(length(orientation[..<3]) - 1) < 0.01, abs(length(orientation[3...]) - 1) < 0.01, abs(cosine) < 0.01 else {
            throw MarksError(.plane, "the slice's rows and columns are not at right angles")
        }
        origin = position.map { Int(($0 * 1024).rounded()) }
        // Along a row lie the columns.
        columnStep = orientation[..<3].map { Int(($0 * spacing.columns * 1_048_576).rounded()) }
        rowStep = orientation[3...].map { Int(($0 * spacing.rows * 1_048_576).rounded()) }
    }

    init(origin: [Int], rowStep: [Int], columnStep: [Int]) {
        self.origin = origin
        self.rowStep = rowStep
        self.columnStep = columnStep
    }

    /// The middle of the slice, in 1/1024 mm.
    func middle(height: Int, width: Int) -> [Int] {
        (0..<3).map { axis in
            origin[axis] + (rowStep[axis] * (height - 1) + columnStep[axis] * (width - 1)) >> (Self.stepBits + 1)
        }
    }
}
