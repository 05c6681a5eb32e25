/// The code that spreads a body over the blocks of an image: stripes of blocks, each a Reed–Solomon code of its own.
struct ShareCode: Equatable, Sendable {
    /// Blocks of one stripe at most, so that the points of the code have room in the field.
    static let blocksOfStripe = 256

    let blockCount: Int
    let stripeCount: Int
    /// Words of the message in each stripe.
    let wordCount: Int

    init(blockCount: Int, bodyByteCount: Int) {
        self.blockCount = blockCount
        stripeCount = Self.stripes(blockCount)
        let bytesOfWordRow = ShareWord.byteCount * stripeCount
        wordCount = (bodyByteCount + bytesOfWordRow - 1) / bytesOfWordRow
    }

    static func stripes(_ blockCount: Int) -> Int { (blockCount + blocksOfStripe - 1) / blocksOfStripe }

    /// The blocks of a stripe: every `stripeCount`th.
    func blocks(ofStripe stripe: Int) -> [Int] { Array(stride(from: stripe, to: blockCount, by: stripeCount)) }

    /// The point of a block's share, counted from 0. A block has 31 at most, so that 32 points belong to it.
    static func point(block: Int, share: Int, stripeCount: Int) -> UInt16 {
        UInt16(32 * (block / stripeCount) + share + 1)
    }

    /// The shares of every block.
    ///
    /// - Parameter counts: how many each block carries, 31 at most.
    func shares(of body: [UInt8], counts: [Int]) -> [[ShareWord]] {
        var shares = [[ShareWord]](repeating: [], count: blockCount)
        let padded = body + [UInt8](repeating: 0, count: wordCount * stripeCount * ShareWord.byteCount - body.count)
        for stripe in 0..<stripeCount {
            let start = stripe * wordCount * ShareWord.byteCount
            let message = (0..<wordCount).map { word in
                let first = start + word * ShareWord.byteCount
                return ShareWord(padded[first..<first + ShareWord.byteCount])
            }
            for block in blocks(ofStripe: stripe) where counts[block] > 0 {
                let points = (0..<counts[block]).map { Self.point(block: block, share: $0, stripeCount: stripeCount) }
                shares[block] = ReedSolomon.shares(of: message, at: points)
            }
        }
        return shares
    }
}

/// The number of shares that each block carries, and its mode: as many as are needed, at the least distortion.
struct ShareAllocation: Equatable, Sendable {
    /// The cheapest way to carry 0, 1, 2, … shares in one block; `nil` for more than it can.
    struct Offers: Sendable {
        let costs: [ModeCost?]

        init(_ modes: [ModeCost], most: Int) {
            costs = (0...most).map { count in
                guard count > 0 else { return nil }
                let needed = BlockFrame.bitCount(shares: count)
                var best: ModeCost?
                for mode in modes where mode.capacity >= needed {
                    if mode.doubledDistortion < best?.doubledDistortion ?? Int.max { best = mode }
                }
                return best
            }
        }

        /// The number of shares that is worth most at a price for each share.
        func count(atPrice price: Double) -> Int {
            var (bestCount, bestValue) = (0, 0.0)
            for count in costs.indices.dropFirst() {
                guard let cost = costs[count] else { continue }
                let value = Double(cost.doubledDistortion) / 2 - price * Double(count)
                if value < bestValue { (bestCount, bestValue) = (count, value) }
            }
            return bestCount
        }
    }

    /// Shares of each of the blocks that were offered.
    let counts: [Int]

    /// Finds the least price of a share at which the blocks offer as many as are needed: of all choices with that many shares or more the
    /// distortion is the least (Everett 1963, "Generalized Lagrange multiplier method").
    ///
    /// - Returns: `nil` where the blocks cannot carry so many.
    init?(_ offers: [Offers], needed: Int) {
        func total(_ price: Double) -> Int { offers.reduce(0) { $0 + $1.count(atPrice: price) } }
        guard total(1e12) >= needed else { return nil }
        var (low, high) = (0.0, 1e7)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if total(middle) >= needed { high = middle } else { low = middle }
        }
        counts = offers.map { $0.count(atPrice: high) }
        guard counts.reduce(0, +) >= needed else { return nil }
    }
}
