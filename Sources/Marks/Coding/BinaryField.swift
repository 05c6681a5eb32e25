/// The field of 2¹⁶ elements, modulo x¹⁶ + x¹² + x³ + x + 1 (1100Bh), in which x is a primitive element.
///
/// Elements are added by exclusive or, and multiplied by their logarithms.
struct BinaryField: Sendable {
    /// Powers of x, twice in a row, so that a sum of two logarithms needs no reduction.
    private let powers: [UInt16]
    /// Of every element but 0.
    private let logarithms: [UInt16]

    static let shared = BinaryField()

    private static let order = 65_535

    private init() {
        var (powers, logarithms) = ([UInt16](repeating: 0, count: 2 * Self.order), [UInt16](repeating: 0, count: Self.order + 1))
        var power: UInt32 = 1
        for exponent in 0..<Self.order {
            powers[exponent] = UInt16(power)
            powers[exponent + Self.order] = UInt16(power)
            logarithms[Int(power)] = UInt16(exponent)
            power <<= 1
            if power & 0x10000 != 0 { power ^= 0x1100B }
        }
        (self.powers, self.logarithms) = (powers, logarithms)
    }

    @inline(__always)
    func product(_ left: UInt16, _ right: UInt16) -> UInt16 {
        left == 0 || right == 0 ? 0 : powers[Int(logarithms[Int(left)]) + Int(logarithms[Int(right)])]
    }

    /// Of an element other than 0; 0 for 0.
    @inline(__always)
    func inverse(_ element: UInt16) -> UInt16 {
        element == 0 ? 0 : powers[Self.order - Int(logarithms[Int(element)])]
    }

    /// Calls `body` with the tables, for loops that multiply by one element again and again.
    func withTables<Result>(_ body: (Tables) -> Result) -> Result {
        powers.withUnsafeBufferPointer { powers in
            logarithms.withUnsafeBufferPointer { body(Tables(powers: powers, logarithms: $0)) }
        }
    }

    /// The tables while `withTables` runs.
    struct Tables {
        fileprivate let powers: UnsafeBufferPointer<UInt16>
        fileprivate let logarithms: UnsafeBufferPointer<UInt16>

        /// The logarithm of an element other than 0.
        @inline(__always)
        func logarithm(_ element: UInt16) -> Int { Int(logarithms[Int(element)]) }

        /// Each of four elements times the element of a logarithm. Every logarithm is below 65 535, so their sum is inside `powers`.
        @inline(__always)
        func products(_ symbols: SIMD4<UInt16>, _ logarithm: Int) -> SIMD4<UInt16> {
            var products = SIMD4<UInt16>()
            for index in 0..<4 {
                let symbol = symbols[index]
                products[index] = symbol == 0 ? 0 : powers[Int(logarithms[Int(symbol)]) &+ logarithm]
            }
            return products
        }
    }

    /// Adds the products of `factor` and each of `source` to `target`: the inner loop of all coding here.
    ///
    /// Both buffers have `count` elements or more; every logarithm is below 65 535, so their sum is inside `powers`.
    func addProducts(of factor: UInt16, _ source: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<UInt16>, count: Int) {
        guard factor != 0 else { return }
        let shift = Int(logarithms[Int(factor)])
        powers.withUnsafeBufferPointer { powers in
            logarithms.withUnsafeBufferPointer { logarithms in
                for index in 0..<count where source[index] != 0 {
                    target[index] ^= powers[Int(logarithms[Int(source[index])]) + shift]
                }
            }
        }
    }
}

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
