/// What stands at one point of the code: four symbols of 16 bits, eight bytes in the image.
struct ShareWord: Equatable, Sendable {
    /// Bytes of a share.
    static let byteCount = 8

    static let symbolCount = 4

    static let zero = ShareWord(symbols: SIMD4())

    var symbols: SIMD4<UInt16>

    init(symbols: SIMD4<UInt16>) { self.symbols = symbols }

    /// All four in one word, in whichever order the machine has them: for products with one element, and sums.
    ///
    /// Both types are eight bytes of plain bits, of which every pattern is a value.
    @inline(__always)
    var lanes: UInt64 {
        get { unsafeBitCast(symbols, to: UInt64.self) }
        set { symbols = unsafeBitCast(newValue, to: SIMD4<UInt16>.self) }
    }

    /// From eight bytes, the higher one of each symbol first.
    init(_ bytes: ArraySlice<UInt8>) {
        symbols = SIMD4()
        for (index, byte) in bytes.prefix(Self.byteCount).enumerated() {
            symbols[index / 2] |= UInt16(byte) << (index % 2 == 0 ? 8 : 0)
        }
    }

    var bytes: [UInt8] {
        (0..<Self.symbolCount).flatMap { [UInt8(symbols[$0] >> 8), UInt8(truncatingIfNeeded: symbols[$0])] }
    }
}
