/// How far the blocks of a slice agree with the shells one by one at a place that was found.
///
/// A mark is all over the slice. What anatomy has in common with shells, a round edge for instance, is in few blocks and strong there. So
/// no block may say more than so much, and each weighs by its area.
struct SpreadAgreement {
    /// In standard deviations of slices that agree by chance; at most ``most`` times the root of the number of blocks.
    let score: Double

    /// An agreement of all places in ``AgreementMaps`` is worth so many of these.
    static let worth = 2.0

    /// Samples of a block's side.
    private static let side = 16
    /// A block with fewer usable samples says nothing.
    private static let leastSamples = 21
    /// Standard deviations that one block is heard with.
    private static let most = 2.5

    private struct Block {
        var sum = 0.0, power = 0.0
        var count = 0
    }

    init(_ slices: [WhitenedSlice], _ shell: [Float], at place: RefinedPlace, apart: Double) {
        let across = ObliqueSlice.side / Self.side
        var (agreement, area) = (0.0, 0)
        for (number, slice) in slices.enumerated() {
            let distance = place.distance + Double(number) * apart
            var blocks = [Block](repeating: Block(), count: across * across)
            for sample in slice.samples {
                let (row, column) = sample.index.quotientAndRemainder(dividingBy: ObliqueSlice.side)
                let (y, x) = (Double(row) - place.row, Double(column) - place.column)
                let squaredRadius = y * y + x * x + distance * distance
                guard squaredRadius < Double(VolumeShells.radius * VolumeShells.radius) else { continue }
                let product = Double(sample.value * shell.value(squaredRadius: squaredRadius))
                let block = row / Self.side * across + column / Self.side
                blocks[block].sum += product
                blocks[block].power += product * product
                blocks[block].count += 1
            }
            for block in blocks where block.count >= Self.leastSamples && block.power > 0 {
                let own = min(max(block.sum / block.power.squareRoot(), -Self.most), Self.most)
                agreement += own * Double(block.count).squareRoot()
                area += block.count
            }
        }
        score = area > 0 ? agreement / Double(area).squareRoot() : 0
    }
}
