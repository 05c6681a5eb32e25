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
                    table[half + 1 << bit] = UInt16(truncatingIfNeeded: power)
                    power <<= 1
                    if power & 0x10000 != 0 { power ^= 0x1100B }
                }
                // Every other byte is its lowest bit and the rest.
                for byte in 1..<256 { table[half + byte] = table[half + byte & (byte - 1)] ^ table[half + byte & -byte] }
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

        /// A byte is below 256, so every index is below 512, the table's count.
        @inline(__always)
        func callAsFunction(_ symbols: SIMD4<UInt16>) -> SIMD4<UInt16> {
            var products = SIMD4<UInt16>()
            for index in 0..<4 {
                let symbol = Int(symbols[index])
                products[index] = table[symbol & 0xFF] ^ table[256 &+ symbol >> 8]
            }
            return products
        }
    }
}
