/// How a body is spread over the blocks of an image: stripes of blocks, each a Reed–Solomon code of its own.
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
