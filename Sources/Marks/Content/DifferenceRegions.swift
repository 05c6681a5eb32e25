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
        var isInside = [Bool](repeating: false, count: grid.count)
        var regions: [ContentDifference] = []
        for seed in 0..<grid.count where scores.scores[seed] > threshold && !isInside[seed] {
            isInside[seed] = true
            var members = [seed]
            var next = 0
            while next < members.count {
                for neighbour in neighbours(of: members[next]) where !isInside[neighbour] && scores.scores[neighbour] > threshold / 2 {
                    isInside[neighbour] = true
                    members.append(neighbour)
                }
                next += 1
            }
            regions.append(region(members))
        }
        return (regions.sorted { $0.importance > $1.importance }, isInside)
    }

    private func neighbours(of cell: Int) -> [Int] {
        let (row, column) = cell.quotientAndRemainder(dividingBy: grid.columns)
        return (max(0, row - 1)...min(grid.rows - 1, row + 1)).flatMap { r in
            (max(0, column - 1)...min(grid.columns - 1, column + 1)).map { r * grid.columns + $0 }
        }
    }

    private func region(_ members: [Int]) -> ContentDifference {
        let rows = members.map { $0 / grid.columns }
        let columns = members.map { $0 % grid.columns }
        let areas = members.map { Double(grid.sampleCount(of: $0)) }
        let values = members.map { scores.differences[$0] * units.slope }
        let area = areas.reduce(0, +)
        let squareMillimetres = spacing.map { $0.rows * $0.columns }
        let volume = zip(values, areas).reduce(0) { $0 + abs($1.0) * $1.1 }
        let signed = zip(values, areas).reduce(0) { $0 + $1.0 * $1.1 }
        return ContentDifference(
            rows: grid.sampleRows(of: rows.min() ?? 0).lowerBound..<grid.sampleRows(of: rows.max() ?? 0).upperBound,
            columns: grid.sampleColumns(of: columns.min() ?? 0).lowerBound..<grid.sampleColumns(of: columns.max() ?? 0).upperBound,
            cellCount: members.count, area: Int(area), squareMillimetres: squareMillimetres.map { $0 * area }, mean: signed / area,
            peak: values.map { abs($0) }.max() ?? 0, score: members.map { scores.scores[$0] }.max() ?? 0,
            importance: volume * (squareMillimetres ?? 1))
    }
}
