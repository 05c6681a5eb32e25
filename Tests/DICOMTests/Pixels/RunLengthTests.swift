import SeededRandomness
import Testing

@testable import DICOM

@Suite struct RunLengthTests {
    private func description(_ count: Int, bits: Int = 8) throws -> PixelDescription {
        try PixelDescription(rows: 1, columns: count, photometricInterpretation: "MONOCHROME2", bitsAllocated: bits, bitsStored: bits)
    }

    private func codestream(segments: [[UInt8]]) -> [UInt8] {
        var header: [UInt8] = []
        header.appendLittleEndian(UInt32(segments.count))
        var offset = 64
        for segment in segments {
            header.appendLittleEndian(UInt32(offset))
            offset += segment.count
        }
        return header + [UInt8](repeating: 0, count: 64 - header.count) + segments.flatMap { $0 }
    }

    /// The well-known PackBits example, whose algorithm PS3.5 §G.3 takes over.
    @Test func packBitsVector() throws {
        let packed: [UInt8] = [0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7, 0xAA, 0x00]
        let unpacked: [UInt8] = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
            0xAA,
            0xAA, 0xAA,
        ]
        #expect(RunLength.decode(codestream(segments: [packed])[...], try description(24)) == unpacked)
        #expect(RunLength.encode(unpacked[...], try description(24)).map { Array($0.dropFirst(64)) } == packed)
    }

    @Test func mostSignificantBytesComeFirst() throws {
        let decoded = RunLength.decode(codestream(segments: [[1, 0x12, 0x34, 0], [1, 0x56, 0x78, 0]])[...], try description(2, bits: 16))
        #expect(decoded == [0x56, 0x12, 0x78, 0x34])
    }

    /// Segments that begin inside the header, behind each other or behind the end; fuzzing found that the first ended the program.
    @Test(arguments: [0, 1, 63, 65, 70, 1_000, UInt32.max]) func aSegmentThatBeginsElsewhere(offset: UInt32) throws {
        let whole = codestream(segments: [[1, 0x12, 0x34, 0], [1, 0x56, 0x78, 0]])
        #expect(RunLength.fills(whole[...], try description(2, bits: 16)))
        var damaged = whole
        damaged.replaceSubrange(8..<12, with: withUnsafeBytes(of: offset.littleEndian) { Array($0) })
        #expect(!RunLength.fills(damaged[...], try description(2, bits: 16)))
    }

    @Test func everyDamageOfTheHeader() throws {
        let eight = try description(4)
        let good = codestream(segments: [[3, 1, 2, 3, 4, 0]])
        #expect(RunLength.decode(good[...], eight) == [1, 2, 3, 4])
        #expect(RunLength.decode(good[..<63], eight) == nil)
        #expect(RunLength.decode(good[..<67], eight) == nil)
        for (index, value) in [(0, UInt8(2)), (4, 0), (4, 63), (7, 0xFF)] {
            var damaged = good
            damaged[index] = value
            #expect(RunLength.decode(damaged[...], eight) == nil, "byte \(index)")
        }
    }

    @Test func randomRowsComeBack() throws {
        var generator = SplitMix64(seed: 23)
        for _ in 0..<300 {
            let count = Int.random(in: 1...600, using: &generator)
            let values = UInt8.random(in: 0...3, using: &generator)
            let row = (0..<count).map { _ in UInt8.random(in: 0...values, using: &generator) }
            let encoded = try #require(RunLength.encode(row[...], try description(count)))
            #expect(RunLength.decode(encoded[...], try description(count)) == row)
        }
    }
}
