import CTrellis

/// A binary syndrome-trellis code [Filler, Judas, Fridrich 2011]: hides bits in the bits of a cover so that what the changes cost together
/// is as little as the code allows, and reads them back as a syndrome, without knowing the costs.
///
/// Any m ≤ n bits go into n elements; m need not divide n (``BlockPlacement``). Both ends need the same constraint height, m and the
/// order of the elements, which should be permuted by a key first so that costs are spread evenly.
///
/// Embedding takes time proportional to n · 2^height, extraction to n.
public struct SyndromeTrellisCode: Hashable, Sendable {
    /// The heights there are columns for. Each more comes closer to the bound and takes twice the time.
    public static let constraintHeights = 7...12

    public let constraintHeight: Int
    private let kernel: TrellisKernel

    /// - Parameter kernel: the version of the inner loops; another makes no difference but in time. One that this processor does not
    ///   support is replaced by the best that it does.
    /// - Throws: ``CodingError`` (`invalidArguments`) for a height that is not in ``constraintHeights``.
    public init(constraintHeight: Int, kernel: TrellisKernel = .best) throws(CodingError) {
        guard Self.constraintHeights.contains(constraintHeight) else {
            throw .invalidArguments("constraint height \(constraintHeight) is not in \(Self.constraintHeights)")
        }
        self.constraintHeight = constraintHeight
        self.kernel = kernel.isSupported ? kernel : .best
    }

    /// A stego word and what it took.
    public struct Embedding: Hashable, Sendable {
        /// The stego bits, 0 or 1.
        public let stego: [UInt8]
        /// How many differ from the cover's.
        public let changeCount: Int
        /// The costs of the changed elements together.
        public let distortion: Double

        fileprivate init(cover: [UInt8], changes: [UInt8], costs: [Float]) {
            var (changeCount, distortion) = (0, 0.0)
            stego = [UInt8](unsafeUninitializedCapacity: cover.count) { stego, count in
                CTrellis_apply(cover, changes, costs, cover.count, stego.baseAddress, &changeCount, &distortion)
                count = cover.count
            }
            (self.changeCount, self.distortion) = (changeCount, distortion)
        }

        fileprivate init(unchanged cover: [UInt8]) {
            (stego, changeCount, distortion) = (cover.map { $0 & 1 }, 0, 0)
        }
    }

    /// Embeds a message.
    ///
    /// - Parameters:
    ///   - message: bits, 0 or 1.
    ///   - cover: bits, 0 or 1, at least as many.
    ///   - costs: of changing each element: at least 0; infinity for a *wet* one, which is never changed. Only ratios matter.
    /// - Throws: ``CodingError``: `messageTooLong`, `infeasible` if there are too many wet elements, `invalidArguments` if lengths differ
    ///   or a cost is negative or not a number.
    public func embed(_ message: [UInt8], into cover: [UInt8], costs: [Float]) throws(CodingError) -> Embedding {
        guard cover.count == costs.count else {
            throw .invalidArguments("\(cover.count) elements with \(costs.count) costs")
        }
        guard !message.isEmpty else { return Embedding(unchanged: cover) }
        var problem = try problem(bitCount: message.count, elementCount: cover.count)
        problem.syndrome = zip(message, problem.syndrome(of: cover)).map { ($0 ^ $1) & 1 }
        let quantised = QuantisedCosts(costs, bitCount: message.count)
        for resolution in QuantisedCosts.Resolution.allCases {
            guard let values = quantised.values(resolution) else { throw .invalidArguments("a cost is negative or not a number") }
            guard let changes = cheapestChanges(problem, costs: values) else { continue }
            return Embedding(cover: cover, changes: changes, costs: costs)
        }
        throw .infeasible(bitCount: message.count, elements: cover.count)
    }

    /// Reads a message back.
    ///
    /// - Parameters:
    ///   - bitCount: of the message.
    ///   - stego: all elements' bits in the order of embedding; the last bit of each counts.
    /// - Throws: ``CodingError`` (`messageTooLong`) if there are more bits than elements.
    public func extract(bitCount: Int, from stego: [UInt8]) throws(CodingError) -> [UInt8] {
        guard bitCount > 0 else { return [] }
        return try problem(bitCount: bitCount, elementCount: stego.count).syndrome(of: stego)
    }

    private func cheapestChanges(_ problem: TrellisProblem, costs: [UInt16]) -> [UInt8]? {
        guard let narrow = RepeatedColumns(problem, costs: costs) else {
            return VectorTrellis.cheapestChanges(problem, costs: costs, kernel: kernel)
        }
        return VectorTrellis.cheapestChanges(narrow.problem, costs: narrow.costs, kernel: kernel).map(narrow.widened)
    }

    private func problem(bitCount: Int, elementCount: Int) throws(CodingError) -> TrellisProblem {
        guard bitCount <= elementCount else { throw .messageTooLong(bitCount: bitCount, elements: elementCount) }
        guard elementCount < Int(Int32.max) else { throw .invalidArguments("\(elementCount) elements are too many at once") }
        return TrellisProblem(
            constraintHeight: constraintHeight, placement: BlockPlacement(elementCount: elementCount, blockCount: bitCount))
    }
}

/// The submatrix Ĥ of a syndrome-trellis code [Filler, Judas, Fridrich 2011, §IV]: a column for every element of a block.
///
/// A column is read from the top as a binary number of `height` bits: its most significant bit is the row of the block's own message bit,
/// its least significant bit the row `height` − 1 message bits later. Both are 1 in every column, as the paper advises.
/// Widths in ``SubmatrixTable/widths`` have columns that were searched; wider ones take columns in the order of a fixed permutation, again
/// from the start when ``distinctCount(height:)`` have been used.
enum SubmatrixColumns {
    /// The columns of a block of this width.
    ///
    /// - Parameters:
    ///   - height: 7 … 12.
    ///   - width: at least 1.
    static func columns(height: Int, width: Int) -> [UInt16] {
        if let searched = SubmatrixTable.columns(height: height, width: width) { return searched }
        return (0..<width).map { generated($0 % distinctCount(height: height), height: height) }
    }

    /// How many different columns a block has at most: all 2^(height − 2) that begin and end with 1, or 256. More would bring wide blocks
    /// hardly closer to the bound, but make the ways through the trellis meet too late for its memory.
    static func distinctCount(height: Int) -> Int { min(1 << (height - 2), 256) }

    /// The `index`-th generated column. The bits between the first and the last are a permutation of 0 ..< 2^(height − 2):
    /// multiplication by odd numbers and an exclusive or with the upper half, all of which can be undone.
    static func generated(_ index: Int, height: Int) -> UInt16 {
        let bits = UInt32(height - 2)
        let mask = (UInt32(1) << bits) - 1
        var inner = (UInt32(truncatingIfNeeded: index) &* 0x9E37_79B1 &+ 0x7F4A_7C15) & mask
        for multiplier in [0x85EB_CA6B, 0xC2B2_AE35] as [UInt32] {
            inner ^= inner >> (bits / 2)
            inner = (inner &* multiplier) & mask
        }
        inner ^= inner >> (bits / 2)
        return UInt16(1 << (height - 1) | inner << 1 | 1)
    }
}
