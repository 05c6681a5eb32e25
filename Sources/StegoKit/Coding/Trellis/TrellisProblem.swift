/// What a trellis solves: the cheapest set of changes whose columns add up to a syndrome.
///
/// Stego is cover plus changes, so H·changes = message − H·cover: with the changes as the unknown, leaving an element alone is always
/// free, whatever its bit, and the trellis needs to know no cover.
struct TrellisProblem {
    let constraintHeight: Int
    let placement: BlockPlacement
    /// Columns of the narrow blocks, and of those one element wider.
    let narrowColumns: [UInt16]
    let wideColumns: [UInt16]
    /// The syndrome that the changes must have: a bit (0 or 1) for each block.
    var syndrome: [UInt8] = []

    init(constraintHeight: Int, placement: BlockPlacement) {
        self.constraintHeight = constraintHeight
        self.placement = placement
        narrowColumns = SubmatrixColumns.columns(height: constraintHeight, width: placement.narrowWidth)
        wideColumns = SubmatrixColumns.columns(height: constraintHeight, width: placement.narrowWidth + 1)
    }

    func columns(width: Int) -> [UInt16] { width == placement.narrowWidth ? narrowColumns : wideColumns }

    /// H·bits: one bit for each block. One exclusive or an element.
    ///
    /// - Parameter bits: as many as elements; the last bit of each counts.
    func syndrome(of bits: [UInt8]) -> [UInt8] {
        let top = UInt16(constraintHeight - 1)
        let mask = (UInt16(2) << top) &- 1
        var register: UInt16 = 0
        var syndrome = [UInt8](repeating: 0, count: placement.blockCount)
        var element = 0
        for block in 0..<placement.blockCount {
            let width = placement.start(of: block + 1) - element
            let columns = columns(width: width)
            for index in 0..<width {
                register ^= columns[index] & (0 &- UInt16(bits[element + index] & 1))
            }
            element += width
            syndrome[block] = UInt8(register >> top)
            register = register << 1 & mask
        }
        return syndrome
    }
}
