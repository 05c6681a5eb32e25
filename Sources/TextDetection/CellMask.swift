/// A part of an image in whole cells of 8 × 8 samples, from the upper left corner on; cells at the right and lower edge may be cut off.
public struct CellMask: Hashable, Sendable {
    /// Samples along a cell's side.
    public static let cellSide = 8

    /// Of the image, in samples.
    public let imageRows: Int
    public let imageColumns: Int
    /// Of the mask, in cells.
    public let rows: Int
    public let columns: Int
    /// Row by row, whether a cell is inside.
    public private(set) var cells: [Bool]

    /// An empty mask; negative sizes count as 0.
    public init(imageRows: Int, imageColumns: Int) {
        self.imageRows = max(0, imageRows)
        self.imageColumns = max(0, imageColumns)
        rows = (self.imageRows + Self.cellSide - 1) / Self.cellSide
        columns = (self.imageColumns + Self.cellSide - 1) / Self.cellSide
        cells = [Bool](repeating: false, count: rows * columns)
    }

    public var isEmpty: Bool { !cells.contains(true) }

    /// Whether a cell is inside; `false` beyond the image.
    public subscript(row: Int, column: Int) -> Bool {
        guard row >= 0, row < rows, column >= 0, column < columns else { return false }
        return cells[row * columns + column]
    }

    // MARK: Changing

    /// Puts cells inside; the part beyond the image is cut off.
    public mutating func fill(rows: Range<Int>, columns: Range<Int>) {
        let across = columns.clamped(to: 0..<self.columns)
        for row in rows.clamped(to: 0..<self.rows) {
            for column in across { cells[row * self.columns + column] = true }
        }
    }

    /// Puts every cell inside that a rectangle of samples touches; the part beyond the image is cut off.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int) {
        let across = max(0, x)..<max(max(0, x), min(imageColumns, Self.sum(x, width)))
        let along = max(0, y)..<max(max(0, y), min(imageRows, Self.sum(y, height)))
        guard !across.isEmpty, !along.isEmpty else { return }
        fill(rows: Self.cells(of: along), columns: Self.cells(of: across))
    }

    public mutating func fillAll() { cells = [Bool](repeating: true, count: cells.count) }

    /// Joins another mask of the same image.
    public mutating func formUnion(_ other: CellMask) {
        guard other.rows == rows, other.columns == columns else { return }
        for index in cells.indices where other.cells[index] { cells[index] = true }
    }

    /// Joins the mask of some of the image's rows, which begin at a row of cells.
    mutating func formUnion(_ part: CellMask, fromRow first: Int) {
        for row in 0..<part.rows {
            for column in 0..<part.columns where part[row, column] {
                fill(rows: first + row..<first + row + 1, columns: column..<column + 1)
            }
        }
    }

    // MARK: Measuring

    /// Samples inside.
    public var sampleCount: Int {
        (0..<rows).reduce(0) { sum, row in
            (0..<columns).reduce(sum) { $0 + (self[row, $1] ? samples(ofRow: row).count * samples(ofColumn: $1).count : 0) }
        }
    }

    /// The share of the image's samples that are inside, 0 … 1.
    public var coverage: Double {
        cells.isEmpty ? 0 : Double(sampleCount) / Double(imageRows * imageColumns)
    }

    /// The rows of samples of a row of cells.
    public func samples(ofRow row: Int) -> Range<Int> {
        row * Self.cellSide..<min(imageRows, (row + 1) * Self.cellSide)
    }

    /// The columns of samples of a column of cells.
    public func samples(ofColumn column: Int) -> Range<Int> {
        column * Self.cellSide..<min(imageColumns, (column + 1) * Self.cellSide)
    }

    /// The uninterrupted stretches of a row of cells that are inside, as columns of samples.
    public func runs(ofRow row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for column in 0...columns {
            if self[row, column] {
                start = start ?? column
            } else if let first = start {
                runs.append(first * Self.cellSide..<min(imageColumns, column * Self.cellSide))
                start = nil
            }
        }
        return runs
    }

    private static func cells(of samples: Range<Int>) -> Range<Int> {
        samples.lowerBound / cellSide..<(samples.upperBound + cellSide - 1) / cellSide
    }

    private static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(max(0, b))
        return overflow ? .max : sum
    }
}

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
