import Testing

@testable import DICOM

/// ISO/IEC 18181-1 §D.2, from bits written here by hand.
@Suite struct JPEGXLSizeTests {
    /// Fields of (value, number of bits), least significant bit first.
    private static func codestream(_ fields: [(Int, Int)]) -> [UInt8] {
        let bits = fields.flatMap { value, count in (0..<count).map { UInt8(value >> $0 & 1) } } + [UInt8](repeating: 0, count: 16)
        return [0xFF, 0x0A]
            + stride(from: 0, to: bits.count - 7, by: 8).map { start in (0..<8).reduce(UInt8(0)) { $0 | bits[start + $1] << UInt8($1) } }
    }

    @Test func smallSizes() {
        #expect(JPEGXLSize(Self.codestream([(1, 1), (7, 5), (1, 3)])[...]) == JPEGXLSize(columns: 64, rows: 64))
        #expect(JPEGXLSize(Self.codestream([(1, 1), (31, 5), (0, 3), (0, 5)])[...]) == JPEGXLSize(columns: 8, rows: 256))
        #expect(JPEGXLSize(Self.codestream([(1, 1), (8, 5), (5, 3)])[...]) == JPEGXLSize(columns: 128, rows: 72))
    }

    @Test(arguments: [(0, 9, 511), (1, 13, 8191), (2, 18, 200_000), (3, 30, (1 << 30) - 1)])
    func longerSizes(choice: Int, bits: Int, largest: Int) {
        let codestream = Self.codestream([(0, 1), (choice, 2), (largest, bits), (0, 3), (0, 2), (0, 9)])
        #expect(JPEGXLSize(codestream[...]) == JPEGXLSize(columns: 1, rows: largest + 1))
        let wide = Self.codestream([(0, 1), (choice, 2), (largest, bits), (7, 3)])
        #expect(JPEGXLSize(wide[...]) == JPEGXLSize(columns: 2 * (largest + 1), rows: largest + 1))
    }

    @Test func whatIsNoBareCodestream() {
        let boxes: [UInt8] = [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
        for bytes in [[], [0xFF], [0xFF, 0x0A], [0xFF, 0x0B, 1, 2, 3], [0xFF, 0x0A, 0b110], boxes] as [[UInt8]] {
            #expect(JPEGXLSize(bytes[...]) == nil, "\(bytes)")
        }
    }
}
