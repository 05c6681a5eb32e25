/// Connected parts of a mask.
extension CellMask {
    /// A connected part's cells and what they span.
    public struct Region: Hashable, Sendable {
        public var rows: Range<Int>
        public var columns: Range<Int>
        /// Indices into ``CellMask/cells``.
        public var cells: [Int]
    }

    /// The parts whose cells touch each other by a side or a corner, in the order of their first cells.
    public var regions: [Region] {
        var regions: [Region] = []
        var isSeen = [Bool](repeating: false, count: cells.count)
        for first in cells.indices where cells[first] && !isSeen[first] {
            isSeen[first] = true
            var region = Region(rows: first / columns..<first / columns + 1, columns: first % columns..<first % columns + 1, cells: [first])
            var next = 0
            while next < region.cells.count {
                let (row, column) = region.cells[next].quotientAndRemainder(dividingBy: columns)
                next += 1
                region.rows = min(region.rows.lowerBound, row)..<max(region.rows.upperBound, row + 1)
                region.columns = min(region.columns.lowerBound, column)..<max(region.columns.upperBound, column + 1)
                for y in max(0, row - 1)...min(rows - 1, row + 1) {
                    for x in max(0, column - 1)...min(columns - 1, column + 1) {
                        let index = y * columns + x
                        guard cells[index], !isSeen[index] else { continue }
                        isSeen[index] = true
                        region.cells.append(index)
                    }
                }
            }
            regions.append(region)
        }
        return regions
    }

    /// The mask with the regions that `isLine` takes for lines of text widened to boxes whose sides are whole steps: the outline of a name
    /// tells how long it is, and where its capitals and descenders are.
    ///
    /// A box grows alternately on either side, away from the image's edge where it meets it.
    ///
    /// - Parameter step: in cells, at least 1.
    public func roundedUp(toStepsOf step: Int, where isLine: (Region) -> Bool) -> CellMask {
        var result = self
        for region in regions where isLine(region) {
            result.fill(
                rows: Self.rounded(region.rows, to: region.rows.count > region.columns.count ? step : 1, within: rows),
                columns: Self.rounded(region.columns, to: region.rows.count > region.columns.count ? 1 : step, within: columns))
        }
        return result
    }

    private static func rounded(_ range: Range<Int>, to step: Int, within limit: Int) -> Range<Int> {
        let count = min(limit, (range.count + step - 1) / step * step)
        let missing = count - range.count
        let lower = max(0, min(range.lowerBound - missing / 2, limit - count))
        return lower..<lower + count
    }
}
