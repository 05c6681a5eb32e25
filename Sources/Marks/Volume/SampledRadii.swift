/// How many of a volume's samples are how far from a centre, by every eighth sample of a row and every eighth row.
struct SampledRadii {
    /// Samples in each entry of ``VolumeShells``.
    private var counts = [Int](repeating: 0, count: VolumeShells.entries)
    /// All samples that were looked at, near or far.
    private var total = 0

    private static let step = 8

    init(centre: [Int], height: Int, width: Int, slices: [SliceGeometry]) {
        let numbers = (0..<VolumeShells.entries).map { Int32($0 + 1) }
        for geometry in slices {
            let sparse = SliceGeometry(
                origin: geometry.origin, rowStep: geometry.rowStep.map { $0 * Self.step },
                columnStep: geometry.columnStep.map { $0 * Self.step })
            // A shell that names its entries counts them; 0 is beyond its end.
            let shell = PlacedShell(additions: numbers, centre: centre, geometry: sparse)
            shell.forEachRow(height: (height + Self.step - 1) / Self.step, width: (width + Self.step - 1) / Self.step) { _, row in
                total += row.count
                for entry in row where entry > 0 { counts[Int(entry) - 1] += 1 }
            }
        }
    }

    /// Of what a table adds, over all samples.
    func meanSquare(of additions: [Int32]) -> Double {
        guard total > 0 else { return 0 }
        let sum = zip(counts, additions).reduce(0.0) { $0 + Double($1.0) * Double($1.1) * Double($1.1) }
        return sum / Double(total)
    }
}
