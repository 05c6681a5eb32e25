/// Arithmetic on 32 pairs of bits in one 64-bit word; no pair ever touches its neighbour.
enum PairWord {
    /// The low bit of every pair.
    static let low: UInt64 = 0x5555_5555_5555_5555

    /// Exchanges the two bits of every pair under the mask.
    @inline(__always)
    static func swapped(_ word: UInt64, where mask: UInt64) -> UInt64 {
        let different = (word ^ word &>> 1) & low & mask
        return word ^ (different | different &<< 1)
    }

    /// `left ± right` or `left XOR right` in every pair.
    ///
    /// The low bits of a sum and of a difference modulo 4 are both the XOR. What differs is the bit carried or borrowed into the high
    /// bit: `l & r` when adding, `~l & r` when subtracting, none for XOR.
    @inline(__always)
    static func combined(_ left: UInt64, _ right: UInt64, _ operation: DNAOperation.Masks) -> UInt64 {
        let carry = (left ^ operation.borrow) & right & operation.carry & low
        return left ^ right ^ carry &<< 1
    }
}
