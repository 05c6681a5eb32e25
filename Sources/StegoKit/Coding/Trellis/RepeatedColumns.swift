/// Blocks so wide that columns repeat within them, made narrow.
///
/// A block has a limited number of different columns and wider ones use them again and again (``SubmatrixColumns``). Two changes under
/// the same column cancel out, and of several elements with the same column the cheapest does as well as any: the others need not enter
/// the trellis. What is found is still the cheapest word of all, and hiding a few bits in a large image takes no longer than in a small one.
struct RepeatedColumns {
    /// As many elements a block as there are columns.
    let problem: TrellisProblem
    /// Of the cheapest element for each block and column.
    let costs: [UInt16]
    /// Where those elements are in the wide blocks.
    private let elements: [Int32]
    private let elementCount: Int

    /// - Returns: nil if the blocks are not wider than there are columns.
    init?(_ wide: TrellisProblem, costs wideCosts: [UInt16]) {
        let width = SubmatrixColumns.distinctCount(height: wide.constraintHeight)
        let placement = wide.placement
        guard placement.narrowWidth > width else { return nil }
        problem = TrellisProblem(
            constraintHeight: wide.constraintHeight, columns: Array(wide.narrowColumns.prefix(width)), syndrome: wide.syndrome)
        elementCount = placement.elementCount
        var costs: [UInt16] = []
        var elements: [Int32] = []
        costs.reserveCapacity(placement.blockCount * width)
        elements.reserveCapacity(placement.blockCount * width)
        for block in 0..<placement.blockCount {
            let range = placement.elements(of: block)
            for column in 0..<width {
                var cheapest = range.lowerBound + column
                for element in stride(from: cheapest, to: range.upperBound, by: width) where wideCosts[element] < wideCosts[cheapest] {
                    cheapest = element
                }
                costs.append(wideCosts[cheapest])
                elements.append(Int32(cheapest))
            }
        }
        (self.costs, self.elements) = (costs, elements)
    }

    /// The changes of the narrow problem as changes of the wide one.
    func widened(_ changes: [UInt8]) -> [UInt8] {
        var wide = [UInt8](repeating: 0, count: elementCount)
        for (change, element) in zip(changes, elements) where change != 0 { wide[Int(element)] = 1 }
        return wide
    }
}
