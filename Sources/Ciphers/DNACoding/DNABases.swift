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

    /// The low bit of every pair where the rule swaps the two bits of a base.
    let swapMask: PairWords
    /// The rule's constant in every pair of bits.
    let constant: PairWords

    /// - Parameter number: only the three low bits count.
    public init(_ number: UInt8) {
        self.number = number & 7
        swapMask = PairWords(repeating: (0 &- UInt64(number & 1)) & PairWords.lowBits)
        constant = PairWords(repeating: UInt64(self.number >> 1) &* PairWords.lowBits)
    }

    public static let all = (UInt8(0)..<8).map(DNARule.init)

    /// Writes pairs of bits as bases.
    @inline(__always)
    func encode(_ pairs: PairWords) -> PairWords {
        pairs.swapped(where: swapMask) ^ constant
    }

    /// Reads bases as pairs of bits.
    @inline(__always)
    func decode(_ bases: PairWords) -> PairWords {
        (bases ^ constant).swapped(where: swapMask)
    }
}

/// The combination of a strand with the key strand, base by base: labels added modulo 4, the key's subtracted modulo 4, or XOR.
///
/// Masks instead of branches, since a processor guesses a branch on key stream wrongly.
struct DNAOperation: Sendable {
    /// The low bit of every pair when a bit is carried into its high bit.
    let carry: PairWords
    /// All ones when the carried bit is a borrow.
    let borrow: PairWords

    @inline(__always)
    private init(carry: PairWords, borrow: PairWords) {
        (self.carry, self.borrow) = (carry, borrow)
    }

    /// Addition, subtraction, XOR.
    static let all = [
        DNAOperation(carry: PairWords(repeating: PairWords.lowBits), borrow: .zero),
        DNAOperation(carry: PairWords(repeating: PairWords.lowBits), borrow: PairWords(repeating: .max)),
        DNAOperation(carry: .zero, borrow: .zero),
    ]

    /// The place in ``all``, out of 256 values as evenly as it goes: 86 add, 85 subtract, 85 are XOR.
    @inline(__always)
    static func number(selector: Int) -> Int { (selector &* 3) &>> 8 }

    /// The operation that undoes this one: addition and subtraction change places, and XOR carries nothing either way.
    @inline(__always)
    var inverse: DNAOperation { DNAOperation(carry: carry, borrow: ~borrow) }
}

/// 64 pairs of bits: the two 64-bit words of a block, in one register.
typealias PairWords = SIMD2<UInt64>

/// Arithmetic on every pair of bits; no pair ever touches its neighbour.
extension PairWords {
    /// The low bit of every pair of a word.
    static let lowBits: UInt64 = 0x5555_5555_5555_5555

    /// Exchanges the two bits of every pair whose low bit the mask has.
    @inline(__always)
    func swapped(where mask: PairWords) -> PairWords {
        let different = (self ^ self &>> 1) & mask
        return self ^ (different | different &<< 1)
    }

    /// `self ± right` or `self XOR right` in every pair.
    ///
    /// The low bits of a sum and of a difference modulo 4 are both the XOR. What differs is the bit carried or borrowed into the high
    /// bit: `l & r` when adding, `~l & r` when subtracting, none for XOR.
    @inline(__always)
    func combined(with right: PairWords, _ operation: DNAOperation) -> PairWords {
        let carry = (self ^ operation.borrow) & right & operation.carry
        return self ^ right ^ carry &<< 1
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
