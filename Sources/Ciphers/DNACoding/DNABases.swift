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

/// How a strand is combined with the key strand, base by base.
enum DNAOperation: UInt8, CaseIterable, Sendable {
    /// Labels added modulo 4.
    case addition = 0
    /// The key's labels subtracted modulo 4.
    case subtraction = 1
    /// Labels combined by exclusive or.
    case exclusiveOr = 2

    /// The operation as masks, so that the inner loop has no branches.
    struct Masks {
        /// All ones when a bit is carried into the high bit of a pair.
        let carry: UInt64
        /// All ones when the carried bit is a borrow.
        let borrow: UInt64
    }

    /// Three operations out of 256 values as evenly as it goes: 86, 85, 85.
    @inline(__always)
    init(selector: UInt8) {
        switch (UInt16(selector) &* 3) &>> 8 {
        case 0: self = .addition
        case 1: self = .subtraction
        default: self = .exclusiveOr
        }
    }

    @inline(__always)
    var masks: Masks {
        switch self {
        case .addition: Masks(carry: .max, borrow: 0)
        case .subtraction: Masks(carry: .max, borrow: .max)
        case .exclusiveOr: Masks(carry: 0, borrow: 0)
        }
    }

    /// What undoes the operation.
    @inline(__always)
    var inverse: DNAOperation {
        switch self {
        case .addition: .subtraction
        case .subtraction: .addition
        case .exclusiveOr: .exclusiveOr
        }
    }
}

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

/// Bytes as a strand for people to look at: four letters a byte, most significant pair first, rule 0 (A 00, C 01, G 10, T 11).
public func strandText(_ bytes: some Sequence<UInt8>) -> String {
    let letters: [UInt8] = Array("ACGT".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 4)
    for byte in bytes {
        for shift: UInt8 in [6, 4, 2, 0] { text.append(letters[Int(byte >> shift & 3)]) }
    }
    return String(decoding: text, as: UTF8.self)
}
