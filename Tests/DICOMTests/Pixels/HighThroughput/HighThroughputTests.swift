import CGDCM
import SeededRandomness
import Testing

@testable import DICOM

/// High-Throughput JPEG 2000: what the encoder writes, and two decoders that must agree on it.
@Suite struct HighThroughputTests {
    static func description(
        rows: Int, columns: Int, samples: Int = 1, allocated: Int = 16, stored: Int = 16, isSigned: Bool = false
    ) throws -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, samplesPerPixel: samples, photometricInterpretation: samples == 3 ? "RGB" : "MONOCHROME2",
            bitsAllocated: allocated, bitsStored: stored, isSigned: isSigned)
    }

    /// Any values of the stored bits: the worst that an encoder can meet.
    static func noise(_ description: PixelDescription, using generator: inout SplitMix64) -> [UInt8] {
        let width = description.bytesPerSample
        var bytes: [UInt8] = []
        bytes.reserveCapacity(description.byteCount)
        for _ in 0..<description.sampleCountOfFrame {
            let value = Int.random(in: description.valueRange, using: &generator)
            for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
        }
        return bytes
    }

    /// Sizes around the edges of code-blocks and decompositions, single rows and columns.
    private static let extents = [1, 2, 3, 5, 31, 32, 33, 63, 64, 65, 127, 129, 200, 511]

    @Test func anyShapeComesBackThroughBothDecoders() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for round in 0..<60 {
            let allocated = Bool.random(using: &generator) ? 8 : 16
            let description = try Self.description(
                rows: Self.extents.randomElement(using: &generator) ?? 1, columns: Self.extents.randomElement(using: &generator) ?? 1,
                samples: round % 3 == 0 ? 3 : 1, allocated: allocated, stored: Int.random(in: 1...allocated, using: &generator),
                isSigned: Bool.random(using: &generator))
            let bytes =
                round % 2 == 0 ? Self.noise(description, using: &generator) : Fixture.samples(description, using: &generator)
            let encoded = try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000Lossless)
            #expect(try PixelCodec.decode(encoded).1 == bytes, "\(description)")
            let codestream = encoded.fragments[0]
            let sound = try #require(HighThroughputCodestream(codestream[...]), "not taken for our own: \(description)")
            #expect(sound.header.precision == description.bitsStored && sound.header.isSigned == description.isSigned)
            // OpenJPEG takes an image of one row for one without decompositions, and knows no samples of one bit with a sign.
            guard description.rows > 1, description.columns > 1, description.bitsStored > 1 else { continue }
            #expect(try Self.decodedByOpenJPEG(codestream, encoded.description) == bytes, "OpenJPEG: \(description)")
        }
    }

    private static func decodedByOpenJPEG(_ codestream: [UInt8], _ description: PixelDescription) throws -> [UInt8]? {
        let header = try #require(CodestreamHeader.read(codestream[...], codec: .highThroughputJPEG2000))
        let decoded = try GDCMFrame(decoding: header, description, frame: 0).decode(codestream[...], CGDCM_JPEG_2000)
        return decoded.map { StoredBits.canonical($0, precision: header.precision, in: description) }
    }

    @Test func aLargeImage() throws {
        var generator = SplitMix64(seed: 23)
        let description = try Self.description(rows: 3000, columns: 4000, stored: 14)
        let bytes = Fixture.samples(description, using: &generator)
        let encoded = try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000Lossless)
        #expect(HighThroughputCodestream(encoded.fragments[0][...])?.decompositions == 6)
        #expect(try PixelCodec.decode(encoded).1 == bytes)
    }

    @Test func colourIsTransformedReversibly() throws {
        var generator = SplitMix64(seed: 29)
        let description = try Self.description(rows: 40, columns: 50, samples: 3, allocated: 8, stored: 8)
        let encoded = try PixelCodec.encode(Self.noise(description, using: &generator), description, as: .highThroughputJPEG2000Lossless)
        #expect(encoded.description.photometricInterpretation == "YBR_RCT")
        #expect(encoded.fragments[0][BitPositions.colourTransform] == 1)
        #expect(try PixelCodec.decode(encoded).0.photometricInterpretation == "RGB")
        let other = try PixelDescription(
            rows: 40, columns: 50, samplesPerPixel: 3, photometricInterpretation: "YBR_FULL", bitsAllocated: 8, bitsStored: 8)
        let untouched = try PixelCodec.encode(Self.noise(other, using: &generator), other, as: .highThroughputJPEG2000Lossless)
        #expect(untouched.description.photometricInterpretation == "YBR_FULL")
        #expect(untouched.fragments[0][BitPositions.colourTransform] == 0)
    }

    private enum BitPositions {
        /// SIZ of three components takes 49 bytes, CAP 10; the transform is the ninth byte of COD.
        static let colourTransform = 2 + 49 + 10 + 8
    }

    /// PS3.5 §10.18: progression RPCL, a base resolution of at most 64 samples one way, and a TLM segment.
    @Test(arguments: [(512, 512), (64, 3000), (2100, 4000), (7, 9)])
    func progressiveSyntaxIsAsTheStandardWants(rows: Int, columns: Int) throws {
        var generator = SplitMix64(seed: 31)
        let description = try Self.description(rows: rows, columns: columns, stored: 12)
        let bytes = Fixture.samples(description, using: &generator)
        let encoded = try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000LosslessRPCL)
        let codestream = encoded.fragments[0]
        let sound = try #require(HighThroughputCodestream(codestream[...]))
        let base = (min(rows, columns) + (1 << sound.decompositions) - 1) >> sound.decompositions
        #expect(base <= 64)
        let segment = codestream[sound.tilePartOffset - 10..<sound.tilePartOffset]
        #expect(segment.prefix(6) == [0xFF, 0x55, 0, 8, 0, 0x40])
        #expect(segment.suffix(4) == codestream[sound.tilePartOffset + 6..<sound.tilePartOffset + 10])
        #expect(try PixelCodec.decode(encoded).1 == bytes)
        #expect(try Self.decodedByOpenJPEG(codestream, description) == bytes)
    }

    @Test func whatTheEncoderDoesNotTakeIsRefused() throws {
        let wide = try PixelDescription(
            rows: 4, columns: 4, photometricInterpretation: "MONOCHROME2", bitsAllocated: 32, bitsStored: 32)
        let four = try PixelDescription(
            rows: 4, columns: 4, samplesPerPixel: 4, photometricInterpretation: "ARGB", bitsAllocated: 8, bitsStored: 8)
        let long = try Self.description(rows: 1, columns: 40_000, allocated: 8, stored: 8)
        for description in [wide, four, long] {
            let bytes = [UInt8](repeating: 0, count: description.byteCount)
            #expect(
                code { _ = try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000Lossless) } == .unsupportedTransferSyntax)
        }
    }

    @Test func reproducibleAreWholeVectors() throws {
        for (columns, expected) in [(256, true), (512, true), (1024, true), (640, false), (500, false), (8, false)] {
            let description = try Self.description(rows: 512, columns: columns)
            #expect(PixelCodec.isReproducible(description, as: .highThroughputJPEG2000Lossless) == expected, "\(columns)")
            #expect(PixelCodec.isReproducible(description, as: .jpeg2000Lossless))
        }
    }

    /// Memory that was in use before must not show in a codestream that is said to be reproducible, least of all where an image is empty.
    @Test func memoryDoesNotShow() throws {
        var generator = SplitMix64(seed: 41)
        let description = try Self.description(rows: 300, columns: 512, stored: 12)
        var bytes = [UInt8](repeating: 0, count: description.byteCount)
        for index in stride(from: 0, to: bytes.count / 4, by: 2) { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
        var codestreams: Set<[UInt8]> = []
        for round in 0..<20 {
            let dirt = (1...30).map { [UInt8](repeating: UInt8(round * 12 + 1), count: $0 * 20_000) }
            codestreams.insert(try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000Lossless).fragments[0])
            #expect(dirt.count == 30)
        }
        #expect(codestreams.count == 1)
    }

    @Test func strayBitsAreRefused() throws {
        let description = try Self.description(rows: 8, columns: 8, stored: 12)
        let bytes = [UInt8](repeating: 0xFF, count: description.byteCount)
        #expect(code { _ = try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000Lossless) } == .invalidValue)
    }
}
