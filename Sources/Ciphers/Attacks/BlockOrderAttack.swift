/// Reads `chaotic-block-shuffle` of two rounds: both orders of the blocks and all masks, from as many chosen images as there are blocks.
///
/// Without masks a round is a permutation of blocks, then sums forwards and backwards, which have no key: E(p) − E(0) = S·P2·S·P1·p. For an
/// impulse at the first sample of a block that P1 moves to the place a, the inner sums make a ramp: n − max(i, a) at the place i. So in the
/// block that comes from the place i0, the first two samples differ exactly if a ≤ i0; counting over all impulses gives the order of all
/// places a and i0.
public struct BlockOrderAttack: Attack {
    public let model = AttackModel.chosenPlaintext
    public let summary = "an impulse in each block gives both orders of the blocks; a black image gives the masks"
    private let side: Int

    public init(blockSide: Int = ChaoticBlockShuffle.standardBlockSide) { side = blockSide }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        let grid = BlockArrangement(width: plane.width * plane.channels, height: plane.height, side: side)
        guard plane.frames == 1, grid.width % side != 1, side > 1 else {
            throw CipherError(.attackNotApplicable, "this attack takes one frame, whose blocks have at least two columns")
        }
        let black = try oracle.encrypt(try plane.black()).plane().samples
        let mask = plane.mask
        func unsummed(_ samples: [UInt16]) -> [UInt16] {
            var samples = samples
            ChainedAddition.undoBackward(&samples, mask: mask) { _ in 0 }
            ChainedAddition.undoForward(&samples, mask: mask) { _ in 0 }
            return samples
        }
        func stripped(_ samples: [UInt16]) -> [UInt16] { unsummed(zip(samples, black).map { ($0 &- $1) & mask }) }

        let origins = (0..<grid.rows).flatMap { row in (0..<grid.columns).map { grid.origin(column: $0, row: row) } }
        var isBefore = [Int](repeating: 0, count: origins.count)
        var sourcesBefore = [Int](repeating: 0, count: origins.count)
        for (block, origin) in origins.enumerated() {
            var impulse = [UInt16](repeating: 0, count: plane.samples.count)
            impulse[origin] = 1
            let answer = stripped(try oracle.encrypt(try plane.with(samples: impulse)).plane().samples)
            for (place, origin) in origins.enumerated() {
                if answer[origin] != answer[origin + 1] { isBefore[place] += 1 } else { sourcesBefore[block] += 1 }
            }
        }
        // The block at a place comes, in the second round, from the place with as many places at or before it; the first round moves a block to
        // the place with as many second-round sources before it.
        let second = isBefore.map { $0 - 1 }
        let first = sourcesBefore
        guard Set(second) == Set(origins.indices), Set(first) == Set(origins.indices) else {
            throw CipherError(.attackNotApplicable, "the oracle does not move blocks as expected")
        }
        let afterFirst = unsummed(moved(stripped(plane.samples), grid, origins) { second[$0] })
        let inverse = FisherYatesShuffle.inverse(first)
        return try plane.with(samples: moved(afterFirst, grid, origins) { inverse[$0] })
    }

    /// Moves the block at each place to the place that `target` says.
    private func moved(_ samples: [UInt16], _ grid: BlockArrangement, _ origins: [Int], _ target: (Int) -> Int) -> [UInt16] {
        var result = samples
        for block in origins.indices {
            let (from, to) = (origins[block], origins[target(block)])
            for line in 0..<grid.blockHeight(block / grid.columns) {
                for column in 0..<grid.blockWidth(block % grid.columns) {
                    result[to + line * grid.width + column] = samples[from + line * grid.width + column]
                }
            }
        }
        return result
    }
}
