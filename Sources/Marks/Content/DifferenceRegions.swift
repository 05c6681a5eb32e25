/// Puts neighbouring cells that differ together.
///
/// A region begins at a cell whose score is over the threshold and takes in its neighbours, corners included, whose score is over half of
/// it: where an edit reaches a little into the next cell, its area shall not end at the border.
struct DifferenceRegions {
    let grid: CellGrid
    let scores: ContentScores
    let threshold: Double
    let units: ModalityUnits
    let spacing: SampleSpacing?

    /// - Returns: the regions, the most important first, and which cells are in one.
    func find() -> (regions: [ContentDifference], isInside: [Bool]) {
        let found = CellRegions.find(
            grid, isSeed: { scores.scores[$0] > threshold }, isMember: { scores.scores[$0] > threshold / 2 })
        var isInside = [Bool](repeating: false, count: grid.count)
        for cell in found.joined() { isInside[cell] = true }
        return (found.map(region).sorted { $0.importance > $1.importance }, isInside)
    }

    private func region(_ members: [Int]) -> ContentDifference {
        let (rows, columns) = CellRegions.extent(members, grid)
        let areas = members.map { Double(grid.sampleCount(of: $0)) }
        let values = members.map { scores.differences[$0] * units.slope }
        let area = areas.reduce(0, +)
        let squareMillimetres = spacing.map { $0.rows * $0.columns }
        let volume = zip(values, areas).reduce(0) { $0 + abs($1.0) * $1.1 }
        let signed = zip(values, areas).reduce(0) { $0 + $1.0 * $1.1 }
        return ContentDifference(
            rows: rows, columns: columns,
            cellCount: members.count, area: Int(area), squareMillimetres: squareMillimetres.map { $0 * area }, mean: signed / area,
            peak: values.map { abs($0) }.max() ?? 0, score: members.map { scores.scores[$0] }.max() ?? 0,
            importance: volume * (squareMillimetres ?? 1))
    }
}
