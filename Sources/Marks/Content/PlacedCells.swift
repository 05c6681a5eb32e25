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
