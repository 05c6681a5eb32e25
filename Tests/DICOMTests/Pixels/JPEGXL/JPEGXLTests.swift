import SeededRandomness
import Testing

@testable import DICOM

/// JPEG XL: what the encoder writes, and that nothing of it is lost.
@Suite struct JPEGXLTests {
    static func description(
        rows: Int, columns: Int, samples: Int = 1, allocated: Int = 16, stored: Int = 16, isSigned: Bool = false
    ) throws -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, samplesPerPixel: samples, photometricInterpretation: samples == 3 ? "RGB" : "MONOCHROME2",
            bitsAllocated: allocated, bitsStored: stored, isSigned: isSigned)
    }

    /// Samples of every kind: any value, the two ends of the range, a slope with a little noise.
    private static func samples(_ description: PixelDescription, kind: Int, using generator: inout SplitMix64) -> [UInt8] {
        let (range, width) = (description.valueRange, description.bytesPerSample)
        return (0..<description.sampleCountOfFrame).flatMap { index -> [UInt8] in
            let value =
                switch kind {
                case 0: Int.random(in: range, using: &generator)
                case 1: Bool.random(using: &generator) ? range.lowerBound : range.upperBound
                default: range.lowerBound + (index * 3 + Int.random(in: 0...2, using: &generator)) % range.count
                }
            return (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
    }

    /// Every depth, with and without a sign, grey and colour, sizes that are multiples of nothing, both efforts.
    @Test(arguments: 1...16) func everyDepthComesBack(stored: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for allocated in [8, 16] where stored <= allocated {
            for round in 0..<12 {
                let description = try Self.description(
                    rows: Int.random(in: 1...70, using: &generator), columns: Int.random(in: 1...70, using: &generator),
                    samples: round % 4 == 3 ? 3 : 1, allocated: allocated, stored: stored, isSigned: round % 2 == 1)
                let bytes = Self.samples(description, kind: round % 3, using: &generator)
                for effort in [EncodingEffort.fast, .compact] {
                    let encoded = try PixelCodec.encode(bytes, description, as: .jpegXLLossless, effort: effort)
                    let codestream = encoded.fragments[0]
                    #expect(codestream.starts(with: JPEGXLSize.signature), "in boxes")
                    #expect(JPEGXLSize(codestream[...]) == JPEGXLSize(columns: description.columns, rows: description.rows))
                    #expect(try PixelCodec.decode(encoded).1 == bytes, "\(description) \(effort)")
                    #expect(encoded.description == description)
                }
            }
        }
    }

    /// Values that stand at most half a word from two neighbours, where spreading and gathering could round the wrong way.
    @Test(arguments: 9...15) func everyLevelComesBack(stored: Int) throws {
        let count = 1 << stored
        let description = try Self.description(rows: count / 256, columns: 256, stored: stored)
        let bytes = (0..<count).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let encoded = try PixelCodec.encode(bytes, description, as: .jpegXLLossless, effort: .fast)
        #expect(try PixelCodec.decode(encoded).1 == bytes)
    }

    /// Two groups of 256 × 256 in each direction and more, several frames.
    @Test func largeImagesAndFrames() throws {
        var generator = SplitMix64(seed: 5)
        let description = try PixelDescription(
            rows: 300, columns: 517, frames: 3, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12, isSigned: true)
        let bytes = Fixture.samples(description, using: &generator)
        let encoded = try PixelCodec.encode(bytes, description, as: .jpegXLLossless)
        #expect(encoded.fragments.count == 3)
        #expect(try PixelCodec.decode(encoded).1 == bytes)
    }

    @Test func planesComeBackByPixel() throws {
        var generator = SplitMix64(seed: 6)
        let description = try PixelDescription(
            rows: 20, columns: 30, samplesPerPixel: 3, planarConfiguration: 1, photometricInterpretation: "RGB", bitsAllocated: 8,
            bitsStored: 8)
        let bytes = Fixture.samples(description, using: &generator)
        let encoded = try PixelCodec.encode(bytes, description, as: .jpegXLLossless)
        #expect(encoded.description.photometricInterpretation == "RGB" && encoded.description.planarConfiguration == 0)
        #expect(try PixelCodec.decode(encoded).1 == PlanarConfiguration.interleaved(bytes[...], description))
    }

    @Test func whatTheEncoderDoesNotTakeIsRefused() throws {
        let refused = [
            try PixelDescription(rows: 4, columns: 4, photometricInterpretation: "MONOCHROME2", bitsAllocated: 32, bitsStored: 32),
            try PixelDescription(rows: 4, columns: 4, photometricInterpretation: "PALETTE COLOR", bitsAllocated: 8, bitsStored: 8),
            try PixelDescription(
                rows: 4, columns: 4, samplesPerPixel: 3, photometricInterpretation: "YBR_FULL", bitsAllocated: 8, bitsStored: 8),
            try PixelDescription(
                rows: 4, columns: 4, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12, highBit: 15),
            try Self.description(rows: 2049, columns: 2048, allocated: 8, stored: 8),
        ]
        for description in refused {
            let bytes = [UInt8](repeating: 0, count: description.byteCount)
            #expect(code { _ = try PixelCodec.encode(bytes, description, as: .jpegXLLossless) } == .unsupportedTransferSyntax)
        }
        let stray = try Self.description(rows: 8, columns: 8, stored: 12)
        #expect(
            code { _ = try PixelCodec.encode([UInt8](repeating: 0xFF, count: stray.byteCount), stray, as: .jpegXLLossless) }
                == .invalidValue)
    }

    /// Codestreams differ from release to release of the library, so nothing may rely on their bytes.
    @Test func nothingIsSaidOfItsBytes() throws {
        #expect(!PixelCodec.isReproducible(try Self.description(rows: 512, columns: 512), as: .jpegXLLossless))
    }
}

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
