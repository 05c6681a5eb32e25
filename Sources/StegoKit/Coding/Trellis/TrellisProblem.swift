import CTrellis

/// What a trellis solves: the cheapest set of changes whose columns add up to a syndrome.
///
/// Stego is cover plus changes, so H·changes = message − H·cover: with the changes as the unknown, leaving an element alone is always
/// free, whatever its bit, and the trellis needs to know no cover.
package struct TrellisProblem {
    let constraintHeight: Int
    let placement: BlockPlacement
    /// Columns of the narrow blocks, and of those one element wider.
    let narrowColumns: [UInt16]
    let wideColumns: [UInt16]
    /// The syndrome that the changes must have: a bit (0 or 1) for each block.
    var syndrome: [UInt8] = []

    /// A code whose blocks all have these columns; for the search of good ones.
    package init(constraintHeight: Int, columns: [UInt16], syndrome: [UInt8]) {
        self.constraintHeight = constraintHeight
        placement = BlockPlacement(elementCount: columns.count * syndrome.count, blockCount: syndrome.count)
        narrowColumns = columns
        wideColumns = columns
        self.syndrome = syndrome
    }

    init(constraintHeight: Int, placement: BlockPlacement) {
        self.constraintHeight = constraintHeight
        self.placement = placement
        narrowColumns = SubmatrixColumns.columns(height: constraintHeight, width: placement.narrowWidth)
        wideColumns = SubmatrixColumns.columns(height: constraintHeight, width: placement.narrowWidth + 1)
    }

    func columns(width: Int) -> [UInt16] { width == placement.narrowWidth ? narrowColumns : wideColumns }

    /// H·bits: a bit for each block. One exclusive or an element.
    ///
    /// - Parameter bits: as many as elements; the last bit of each counts.
    func syndrome(of bits: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: placement.blockCount) { syndrome, count in
            withCode { code, _ in CTrellis_syndrome(code, bits, syndrome.baseAddress) }
            count = placement.blockCount
        }
    }

    /// Lends the code and the wanted syndrome to the C loops.
    func withCode<Result>(_ body: (UnsafePointer<CTrellis_code>, UnsafePointer<UInt8>?) -> Result) -> Result {
        narrowColumns.withUnsafeBufferPointer { narrow in
            wideColumns.withUnsafeBufferPointer { wide in
                syndrome.withUnsafeBufferPointer { syndrome in
                    var code = CTrellis_code(
                        height: Int32(constraintHeight), block_count: placement.blockCount, narrow_width: placement.narrowWidth,
                        remainder: placement.remainder, narrow_columns: narrow.baseAddress, wide_columns: wide.baseAddress)
                    return body(&code, syndrome.baseAddress)
                }
            }
        }
    }
}
