/// A sheet cut into blocks of `side` × `side` samples; the last column and the last row of blocks are narrower where nothing else fits.
struct BlockArrangement {
    let width, height, side: Int

    var columns: Int { (width + side - 1) / side }
    var rows: Int { (height + side - 1) / side }
    /// Columns and rows of blocks of the full size: only these move along their row or column.
    var fullColumns: Int { width / side }
    var fullRows: Int { height / side }

    func blockWidth(_ column: Int) -> Int { min(side, width - column * side) }
    func blockHeight(_ row: Int) -> Int { min(side, height - row * side) }

    /// The place of a block's first sample.
    func origin(column: Int, row: Int) -> Int { row * side * width + column * side }

    /// Moves blocks: in each row of blocks the one in column `source(row, column)` comes to `column`.
    func moveAlongRows(_ samples: inout [UInt16], _ order: [[Int]], isInverse: Bool) {
        let old = samples
        for row in 0..<rows {
            for column in 0..<fullColumns {
                let other = order[row][column]
                let (from, to) = isInverse ? (column, other) : (other, column)
                copy(old, &samples, origin(column: from, row: row), origin(column: to, row: row), side, blockHeight(row))
            }
        }
    }

    /// As ``moveAlongRows(_:_:isInverse:)``, along the columns of blocks.
    func moveAlongColumns(_ samples: inout [UInt16], _ order: [[Int]], isInverse: Bool) {
        let old = samples
        for column in 0..<columns {
            for row in 0..<fullRows {
                let other = order[column][row]
                let (from, to) = isInverse ? (row, other) : (other, row)
                copy(old, &samples, origin(column: column, row: from), origin(column: column, row: to), blockWidth(column), side)
            }
        }
    }

    @inline(__always)
    private func copy(_ old: [UInt16], _ new: inout [UInt16], _ from: Int, _ to: Int, _ blockWidth: Int, _ blockHeight: Int) {
        for line in 0..<blockHeight {
            for column in 0..<blockWidth { new[to + line * width + column] = old[from + line * width + column] }
        }
    }
}
