/// The cells of an image: squares of samples, row by row from the top left; those at the right and the bottom may be cut off.
public struct CellGrid: Hashable, Sendable {
    /// The image's rows and columns of samples.
    public let imageHeight: Int, imageWidth: Int
    /// Samples of a whole cell's side.
    public let side: Int

    /// 8 samples a side up to 640 samples of the longer side, 16 above.
    init(imageHeight: Int, imageWidth: Int) {
        self.init(imageHeight: imageHeight, imageWidth: imageWidth, side: max(imageHeight, imageWidth) <= 640 ? 8 : 16)
    }

    init(imageHeight: Int, imageWidth: Int, side: Int) {
        self.imageHeight = imageHeight
        self.imageWidth = imageWidth
        self.side = side
    }

    /// Rows of cells.
    public var rows: Int { (imageHeight + side - 1) / side }
    /// Columns of cells.
    public var columns: Int { (imageWidth + side - 1) / side }
    /// All cells.
    public var count: Int { rows * columns }

    /// The samples' rows of a row of cells.
    public func rowRange(of row: Int) -> Range<Int> { row * side..<min((row + 1) * side, imageHeight) }

    /// The samples' columns of a column of cells.
    public func columnRange(of column: Int) -> Range<Int> { column * side..<min((column + 1) * side, imageWidth) }

    /// The samples in a cell.
    func sampleCount(of cell: Int) -> Int {
        let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
        return rowRange(of: row).count * columnRange(of: column).count
    }

    /// The values of each cell's neighbourhood of three by three cells, put together by `combine`.
    func neighbourhoods<Value>(_ values: [Value], _ combine: (Value, Value) -> Value) -> [Value] {
        var across = values
        for row in 0..<rows {
            for column in 0..<columns {
                let cell = row * columns + column
                if column > 0 { across[cell] = combine(across[cell], values[cell - 1]) }
                if column + 1 < columns { across[cell] = combine(across[cell], values[cell + 1]) }
            }
        }
        var all = across
        for cell in 0..<count {
            if cell >= columns { all[cell] = combine(all[cell], across[cell - columns]) }
            if cell + columns < count { all[cell] = combine(all[cell], across[cell + columns]) }
        }
        return all
    }
}

/// The mean of an image's samples under a cell of a record, wherever the cell lies in the image.
struct PlacedCells {
    let grid: CellGrid
    let placement: ContentPlacement

    /// - Returns: one a cell; not a number where the image does not cover the cell.
    func means(of plane: SamplePlane) -> [Double] {
        if placement.isIdentity, plane.height == grid.imageHeight, plane.width == grid.imageWidth {
            let sums = CellStatistics(of: plane, grid).sums
            return (0..<grid.count).map { Double(sums[$0]) / Double(grid.sampleCount(of: $0)) }
        }
        return (0..<grid.count).map { mean(of: plane, cell: $0) }
    }

    /// Samples at the border count by the part of them that is inside. Where scales are rounded to whole samples, a cell may stick out by
    /// one.
    func mean(of plane: SamplePlane, cell: Int) -> Double {
        let (cellRow, cellColumn) = cell.quotientAndRemainder(dividingBy: grid.columns)
        let (sampleRows, sampleColumns) = (grid.rowRange(of: cellRow), grid.columnRange(of: cellColumn))
        let top = placement.top + Double(sampleRows.lowerBound) * placement.rowScale
        let bottom = placement.top + Double(sampleRows.upperBound) * placement.rowScale
        let left = placement.left + Double(sampleColumns.lowerBound) * placement.columnScale
        let right = placement.left + Double(sampleColumns.upperBound) * placement.columnScale
        let (height, width) = (Double(plane.height), Double(plane.width))
        let slack: Double = placement.isResampled ? 1 : 0
        guard top >= -slack, left >= -slack, bottom <= height + slack, right <= width + slack else { return .nan }
        let (firstRow, lastRow) = (max(top, 0), min(bottom, height))
        let (firstColumn, lastColumn) = (max(left, 0), min(right, width))
        guard firstRow < lastRow, firstColumn < lastColumn else { return .nan }
        var (sum, weights) = (0.0, 0.0)
        for row in Int(firstRow)..<min(Int(lastRow.rounded(.up)), plane.height) {
            let rowWeight = min(Double(row + 1), lastRow) - max(Double(row), firstRow)
            for column in Int(firstColumn)..<min(Int(lastColumn.rounded(.up)), plane.width) {
                let weight = rowWeight * (min(Double(column + 1), lastColumn) - max(Double(column), firstColumn))
                sum += weight * Double(plane[row, column])
                weights += weight
            }
        }
        return weights > 0 ? sum / weights : .nan
    }
}
