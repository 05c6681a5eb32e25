/// `chaotic-block-shuffle`: blocks change places along rows and columns, then keyed sums run over the samples forwards and backwards.
///
/// After Kanso and Ghebleh: An efficient and robust image encryption scheme for medical applications, CNSNS 24 (2015). The orders come
/// from a chaotic map XOR AES-256-CTR. All of it is affine, so chosen images break it where a key is used again (``BlockOrderAttack``).
public struct ChaoticBlockShuffle: FrameCipher {
    public let name = CipherName.chaoticBlockShuffle.rawValue
    public let strength = CipherStrength.legacy("affine: chosen images give the order of the blocks and the masks")
    /// Samples, at least 1.
    public let blockSide: Int
    /// 1 … 16.
    public let rounds: Int

    public static let standardBlockSide = 16
    public static let standardRounds = 2

    public init() { (blockSide, rounds) = (Self.standardBlockSide, Self.standardRounds) }

    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(blockSide: Int, rounds: Int) throws(CipherError) {
        guard (1...4096).contains(blockSide), (1...16).contains(rounds) else {
            throw CipherError(.invalidParameter, "blocks of 1 to 4096 samples a side and 1 to 16 rounds, not \(blockSide) and \(rounds)")
        }
        (self.blockSide, self.rounds) = (blockSide, rounds)
    }

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        let grid = BlockArrangement(width: frame.width, height: frame.height, side: blockSide)
        for round in try schedule(frame, grid, key) {
            grid.moveAlongRows(&frame.samples, round.alongRows, isInverse: false)
            grid.moveAlongColumns(&frame.samples, round.alongColumns, isInverse: false)
            ChainedAddition.forward(&frame.samples, mask: frame.mask) { round.forward[$0] }
            ChainedAddition.backward(&frame.samples, mask: frame.mask) { round.backward[$0] }
        }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        let grid = BlockArrangement(width: frame.width, height: frame.height, side: blockSide)
        for round in try schedule(frame, grid, key).reversed() {
            ChainedAddition.undoBackward(&frame.samples, mask: frame.mask) { round.backward[$0] }
            ChainedAddition.undoForward(&frame.samples, mask: frame.mask) { round.forward[$0] }
            grid.moveAlongColumns(&frame.samples, round.alongColumns, isInverse: true)
            grid.moveAlongRows(&frame.samples, round.alongRows, isInverse: true)
        }
    }

    private struct Round {
        let alongRows: [[Int]]
        let alongColumns: [[Int]]
        let forward: [UInt16]
        let backward: [UInt16]
    }

    /// For each round: an order for each row of blocks, an order for each column of blocks, the masks forwards, the masks backwards.
    private func schedule(_ frame: FrameGrid, _ grid: BlockArrangement, _ key: StageKey) throws(CipherError) -> [Round] {
        var orbit = try PerturbedOrbit(.logistic, key)
        var words = try PseudorandomStream(key, "order")
        var masks = try PseudorandomStream(key, "mask")
        var rounds: [Round] = []
        for _ in 0..<self.rounds {
            var (alongRows, alongColumns): ([[Int]], [[Int]]) = ([], [])
            for _ in 0..<grid.rows {
                alongRows.append(
                    try FisherYatesShuffle.permutation(grid.fullColumns) { () throws(CipherError) in try orbit.next() ^ words.nextWord() })
            }
            for _ in 0..<grid.columns {
                alongColumns.append(
                    try FisherYatesShuffle.permutation(grid.fullRows) { () throws(CipherError) in try orbit.next() ^ words.nextWord() })
            }
            rounds.append(
                Round(
                    alongRows: alongRows, alongColumns: alongColumns,
                    forward: try masks.masks(frame.samples.count, bits: frame.bits),
                    backward: try masks.masks(frame.samples.count, bits: frame.bits)))
        }
        return rounds
    }
}

/// A frame cut into blocks of `side` × `side` samples; the last column and the last row of blocks are narrower where nothing else fits.
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
