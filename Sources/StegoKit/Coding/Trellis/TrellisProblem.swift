import CTrellis

/// The problem that a trellis solves: the cheapest set of changes whose columns add up to a syndrome.
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

/// The elements that belong to each block of a syndrome-trellis code.
///
/// Block i brings message bit i. It is the elements ⌊i·n/m⌋ ..< ⌊(i + 1)·n/m⌋ of n elements for m bits: widths ⌊n/m⌋ and ⌈n/m⌉ mixed
/// evenly, every element used, and both ends need no more than n and m to agree.
struct BlockPlacement: Hashable, Sendable {
    let elementCount: Int
    let blockCount: Int
    /// The smaller width; a block has this many elements or one more.
    let narrowWidth: Int
    /// How many blocks have one more, n mod m.
    let remainder: Int

    /// - Parameters:
    ///   - elementCount: at least `blockCount`, below 2^31.
    ///   - blockCount: at least 1.
    init(elementCount: Int, blockCount: Int) {
        self.elementCount = elementCount
        self.blockCount = blockCount
        narrowWidth = elementCount / blockCount
        remainder = elementCount % blockCount
    }

    /// The first element of a block; `elementCount` for `block == blockCount`.
    func start(of block: Int) -> Int {
        // ⌊block·n/m⌋ without a product of n and m.
        block * narrowWidth + block * remainder / blockCount
    }

    func elements(of block: Int) -> Range<Int> { start(of: block)..<start(of: block + 1) }
}

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
