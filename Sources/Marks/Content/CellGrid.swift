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
