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
