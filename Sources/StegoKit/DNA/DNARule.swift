/// One of the eight ways to write two bits as a base that keep Watson–Crick complements (A–T, C–G) on bit complements.
///
/// Bases are labelled A = 0, C = 1, G = 2, T = 3, so that rule 0 is the identity. With these labels every rule is
/// `base = swap(bits) XOR constant`, where `swap` exchanges the two bits in some of the rules:
///
/// | rule | 00 | 01 | 10 | 11 | swap | constant |
/// | ---: | -- | -- | -- | -- | ---- | -------- |
/// | 0 | A | C | G | T | no  | 0 |
/// | 1 | A | G | C | T | yes | 0 |
/// | 2 | C | A | T | G | no  | 1 |
/// | 3 | C | T | A | G | yes | 1 |
/// | 4 | G | T | A | C | no  | 2 |
/// | 5 | G | A | T | C | yes | 2 |
/// | 6 | T | G | C | A | no  | 3 |
/// | 7 | T | C | G | A | yes | 3 |
public struct DNARule: Hashable, Sendable {
    /// 0 … 7, the row of the table.
    public let number: UInt8

    /// - Parameter number: only the three low bits count.
    public init(_ number: UInt8) {
        self.number = number & 7
    }

    public static let all = (UInt8(0)..<8).map(DNARule.init)

    /// All ones where the rule swaps the two bits of a base.
    @inline(__always)
    var swapMask: UInt64 { 0 &- UInt64(number & 1) }

    /// The rule's constant in every pair of bits.
    @inline(__always)
    var constant: UInt64 { UInt64(number >> 1) &* PairWord.low }

    /// Writes 32 pairs of bits as 32 bases.
    @inline(__always)
    func encode(_ pairs: UInt64) -> UInt64 {
        PairWord.swapped(pairs, where: swapMask) ^ constant
    }

    /// Reads 32 bases as 32 pairs of bits.
    @inline(__always)
    func decode(_ bases: UInt64) -> UInt64 {
        PairWord.swapped(bases ^ constant, where: swapMask)
    }
}
