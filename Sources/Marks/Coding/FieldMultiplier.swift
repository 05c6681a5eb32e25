/// Products with one element of ``BinaryField``, from two tables of 256: for loops that multiply by it hundreds of times.
///
/// 1 KB stays in the first cache, which the logarithms of the whole field do not.
struct FieldMultiplier {
    /// Products with the 256 elements of the low byte, then with those of the high byte.
    private var table = [UInt16](repeating: 0, count: 512)

    /// Chooses the element.
    mutating func set(_ factor: UInt16) {
        var power = UInt32(factor)
        table.withUnsafeMutableBufferPointer { table in
            for half in [0, 256] {
                table[half] = 0
                for bit in 0..<8 {
                    // Bytes whose highest bit this is: those without it, and its own product.
                    let (product, count) = (UInt16(truncatingIfNeeded: power), 1 << bit)
                    for place in half..<half &+ count { table[place &+ count] = table[place] ^ product }
                    power <<= 1
                    if power & 0x10000 != 0 { power ^= 0x1100B }
                }
            }
        }
    }

    /// Lends the multiplication of four elements.
    func withProducts<Result>(_ body: (Products) -> Result) -> Result {
        table.withUnsafeBufferPointer { body(Products(table: $0)) }
    }

    /// The tables while `withProducts` runs.
    struct Products {
        fileprivate let table: UnsafeBufferPointer<UInt16>

        /// Four elements in one word, which lanes of 16 bits hold in either order of bytes.
        ///
        /// A byte is below 256, so every index is below 512, the table's count.
        @inline(__always)
        func callAsFunction(_ word: UInt64) -> UInt64 {
            @inline(__always) func lane(_ shift: UInt64) -> UInt64 {
                let (low, high) = (Int(truncatingIfNeeded: word &>> shift & 0xFF), Int(truncatingIfNeeded: word &>> (shift &+ 8) & 0xFF))
                return UInt64(table[low] ^ table[256 &+ high]) &<< shift
            }
            return lane(0) | lane(16) | lane(32) | lane(48)
        }
    }
}
