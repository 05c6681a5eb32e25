/// The residual of a slice against the identity shell's wave, ring by ring: a vector for each ring whose angle is its quarter turn.
struct IdentityRings {
    struct Vector {
        var cosine = 0.0, sine = 0.0

        /// What is along the real axis once a quarter turn of the code is undone: the wave was cos(φ + qπ/2).
        func turned(by quarter: UInt8) -> Double { [cosine, -sine, -cosine, sine][Int(quarter & 3)] }
    }

    /// A ring of fewer samples says nothing.
    static let leastSamples = 144

    private(set) var vectors = [Vector](repeating: Vector(), count: VolumeShells.identityRings)
    private(set) var counts = [Int](repeating: 0, count: VolumeShells.identityRings)

    /// - Parameter shell: the sync shell. In one ring its wave is hardly to be told from the identity's, so what it adds is taken out first.
    init(_ slices: [WhitenedSlice], _ place: RefinedPlace, _ shell: [Float], apart: Double) {
        let gain = Self.gain(slices, place, shell, apart)
        let quarter = IntegerCosine.period / 4
        for (number, slice) in slices.enumerated() {
            let distance = place.distance + Double(number) * apart
            for sample in slice.samples {
                let (y, x) = (Double(sample.index / ObliqueSlice.side) - place.row, Double(sample.index % ObliqueSlice.side) - place.column)
                let entry = Self.entry(y * y + x * x + distance * distance)
                guard entry < VolumeShells.entries else { continue }
                let ring = VolumeShells.identityRing(entry)
                let turn = VolumeShells.identityTurn(entry) % IntegerCosine.period
                let value = (Double(sample.value) - gain * Double(shell[entry])) / Double(IntegerCosine.one)
                vectors[ring].cosine += value * Double(IntegerCosine.table[turn])
                // The sine is the cosine a quarter turn earlier.
                vectors[ring].sine += value * Double(IntegerCosine.table[(turn + 3 * quarter) % IntegerCosine.period])
                counts[ring] += 1
            }
        }
    }

    private static func entry(_ squaredRadius: Double) -> Int { Int(squaredRadius.squareRoot() * Double(VolumeShells.entriesToMillimetre)) }

    /// The residual's share of the sync shell, by least squares.
    private static func gain(_ slices: [WhitenedSlice], _ place: RefinedPlace, _ shell: [Float], _ apart: Double) -> Double {
        var (above, below) = (0.0, 0.0)
        for (number, slice) in slices.enumerated() {
            let distance = place.distance + Double(number) * apart
            for sample in slice.samples {
                let (y, x) = (Double(sample.index / ObliqueSlice.side) - place.row, Double(sample.index % ObliqueSlice.side) - place.column)
                let wave = Double(shell.value(squaredRadius: y * y + x * x + distance * distance))
                above += wave * Double(sample.value)
                below += wave * wave
            }
        }
        return below > 0 ? above / below : 0
    }
}
