/// A peak's place between the steps of the search: every half millimetre around it.
struct RefinedPlace: Hashable, Sendable {
    /// In mm; negative on the other side of the centre, which several slices can tell.
    let distance: Double
    /// In samples of the square, which are millimetres.
    let row: Double, column: Double

    /// Half millimetres to either side.
    private static let reach = 3

    init(_ slices: [WhitenedSlice], _ shell: [Float], around peak: AgreementMaps.Peak, apart: Double) {
        let (row, column) = (Double(peak.row), Double(peak.column))
        let distance = Double(peak.distance) * ShellBank.step
        var best = (agreement: -Double.infinity, distance: distance, row: row, column: column)
        for steps in -Self.reach...Self.reach {
            for down in -Self.reach...Self.reach {
                for right in -Self.reach...Self.reach {
                    let place = (distance + Double(steps) / 2, row + Double(down) / 2, column + Double(right) / 2)
                    let agreement = Self.agreement(slices, shell, place, apart)
                    if agreement > best.agreement { best = (agreement, place.0, place.1, place.2) }
                }
            }
        }
        (self.distance, self.row, self.column) = (best.distance, best.row, best.column)
    }

    private static func agreement(
        _ slices: [WhitenedSlice], _ shell: [Float], _ place: (distance: Double, row: Double, column: Double), _ apart: Double
    ) -> Double {
        var sum = 0.0
        for (number, slice) in slices.enumerated() {
            let distance = place.distance + Double(number) * apart
            for sample in slice.samples {
                let (y, x) = (Double(sample.index / ObliqueSlice.side) - place.row, Double(sample.index % ObliqueSlice.side) - place.column)
                sum += Double(sample.value * shell.value(squaredRadius: y * y + x * x + distance * distance))
            }
        }
        return sum
    }
}
