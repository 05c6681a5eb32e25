import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// Native pixels through every encoder and back.
@Suite struct RoundTripTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let samples: Int
        let allocated: Int
        let stored: Int
        let isSigned: Bool
        var planar = 0
        var frames = 1
        var testDescription: String {
            "\(samples) × \(stored)/\(allocated) \(isSigned ? "signed" : "unsigned") planar \(planar) frames \(frames)"
        }

        func description(_ syntax: TransferSyntax) throws -> PixelDescription {
            try PixelDescription(
                rows: 45, columns: 61, frames: frames, samplesPerPixel: samples, planarConfiguration: planar,
                photometricInterpretation: samples == 3 ? "RGB" : "MONOCHROME2", bitsAllocated: allocated, bitsStored: stored,
                isSigned: isSigned)
        }
    }

    static let shapes: [Shape] = [
        Shape(samples: 1, allocated: 8, stored: 8, isSigned: false), Shape(samples: 1, allocated: 8, stored: 8, isSigned: true),
        Shape(samples: 1, allocated: 8, stored: 5, isSigned: false), Shape(samples: 1, allocated: 16, stored: 16, isSigned: false),
        Shape(samples: 1, allocated: 16, stored: 16, isSigned: true), Shape(samples: 1, allocated: 16, stored: 12, isSigned: false),
        Shape(samples: 1, allocated: 16, stored: 12, isSigned: true), Shape(samples: 1, allocated: 16, stored: 8, isSigned: false),
        Shape(samples: 1, allocated: 16, stored: 10, isSigned: true, frames: 3),
        Shape(samples: 3, allocated: 8, stored: 8, isSigned: false),
        Shape(samples: 3, allocated: 8, stored: 8, isSigned: false, planar: 1, frames: 2),
        Shape(samples: 3, allocated: 16, stored: 16, isSigned: false),
        Shape(samples: 3, allocated: 16, stored: 12, isSigned: false, planar: 1),
    ]

    private static let syntaxes: [TransferSyntax] = [
        .jpeg2000Lossless, .jpegLosslessFirstOrder, .jpegLSLossless, .runLength, .highThroughputJPEG2000Lossless,
        .highThroughputJPEG2000LosslessRPCL, .highThroughputJPEG2000, .jpegXLLossless,
    ]

    @Test(arguments: shapes, syntaxes)
    func exactThroughEveryCodec(shape: Shape, syntax: TransferSyntax) throws {
        var generator = SplitMix64(seed: 7)
        let description = try shape.description(syntax)
        let bytes = Fixture.samples(description, using: &generator)
        if syntax == .jpegLSLossless, shape.samples == 3 {
            #expect(code { _ = try PixelCodec.encode(bytes, description, as: syntax) } == .unsupportedTransferSyntax)
            return
        }
        let encoded = try PixelCodec.encode(bytes, description, as: syntax)
        #expect(encoded.fragments.count == shape.frames)
        #expect(encoded.fragments.allSatisfy { $0.count % 2 == 0 })
        let (decodedDescription, decoded) = try PixelCodec.decode(encoded)
        let expected =
            shape.planar == 0 || syntax == .runLength
            ? bytes
            : (0..<shape.frames).flatMap {
                PlanarConfiguration.interleaved(bytes[$0 * description.frameByteCount..<($0 + 1) * description.frameByteCount], description)
            }
        #expect(decoded == expected)
        #expect(decodedDescription.photometricInterpretation == description.photometricInterpretation)
        #expect(decodedDescription.bitsStored == shape.stored)
    }

    @Test(arguments: shapes.filter { $0.samples == 1 })
    func codestreamPrecisionIsBitsStored(shape: Shape) throws {
        var generator = SplitMix64(seed: 11)
        let description = try shape.description(.jpeg2000Lossless)
        let encoded = try PixelCodec.encode(Fixture.samples(description, using: &generator), description, as: .jpeg2000Lossless)
        let header = try #require(CodestreamHeader.read(encoded.fragments[0][...], codec: .jpeg2000))
        #expect(header.precision == shape.stored)
        #expect(header.isSigned == shape.isSigned)
    }

    @Test func colourBecomesReversibleTransform() throws {
        var generator = SplitMix64(seed: 13)
        let description = try RoundTripTests.shapes[9].description(.jpeg2000Lossless)
        let encoded = try PixelCodec.encode(Fixture.samples(description, using: &generator), description, as: .jpeg2000Lossless)
        #expect(encoded.description.photometricInterpretation == "YBR_RCT")
        #expect(try PixelCodec.decode(encoded).0.photometricInterpretation == "RGB")
    }

    /// Noise is what makes a codestream larger than its frame, and GDCM's encoder does not look at the end of its buffer.
    @Test(arguments: [8, 16]) func noiseOfTheSmallestSizeStaysInsideOfTheBuffer(bits: Int) throws {
        var generator = SplitMix64(seed: 17)
        for (rows, columns) in [(32, 64), (2, 1024), (1024, 2), (3, 700), (512, 512)] {
            let description = try PixelDescription(
                rows: rows, columns: columns, photometricInterpretation: "MONOCHROME2", bitsAllocated: bits, bitsStored: bits)
            let bytes = generator.bytes(description.byteCount)
            let encoded = try PixelCodec.encode(bytes, description, as: .jpeg2000Lossless)
            #expect(encoded.fragments[0].count < description.byteCount * 3 / 2, "\(rows) × \(columns)")
            #expect(try PixelCodec.decode(encoded).1 == bytes)
        }
    }

    @Test func tinyImagesAreRefusedByJPEG2000AndTakenByRunLength() throws {
        let description = try PixelDescription(
            rows: 3, columns: 3, samplesPerPixel: 3, photometricInterpretation: "RGB", bitsAllocated: 8, bitsStored: 8)
        let bytes = [UInt8](0..<27)
        #expect(code { _ = try PixelCodec.encode(bytes, description, as: .jpeg2000Lossless) } == .unsupportedTransferSyntax)
        #expect(try PixelCodec.decode(PixelCodec.encode(bytes, description, as: .runLength)).1 == bytes)
    }

    @Test func bitsBeyondStoredOnesAreNeverLostSilently() throws {
        let description = try PixelDescription(
            rows: 40, columns: 40, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        var bytes = [UInt8](repeating: 0, count: description.byteCount)
        bytes[1] = 0x10
        #expect(code { _ = try PixelCodec.encode(bytes, description, as: .jpeg2000Lossless) } == .invalidValue)
        #expect(try PixelCodec.decode(PixelCodec.encode(bytes, description, as: .runLength)).1 == bytes)
    }

    @Test func wrongNumberOfBytes() throws {
        let description = try PixelDescription(
            rows: 40, columns: 40, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        #expect(code { _ = try PixelCodec.encode([1, 2, 3], description, as: .jpeg2000Lossless) } == .pixelLengthMismatch)
    }

    @Test func encapsulatedFileReadsBack() throws {
        var generator = SplitMix64(seed: 19)
        let description = try RoundTripTests.shapes[8].description(.jpeg2000Lossless)
        let bytes = Fixture.samples(description, using: &generator)
        let encoded = try PixelCodec.encode(bytes, description, as: .jpeg2000Lossless)
        var dataSet = Fixture.dataSet(rows: 45, columns: 61, bitsStored: 10, frames: 3)
        dataSet.set(.pixelRepresentation, .US, integers: [1])
        let file = try DICOMFile(
            bytes: DICOMWriter.write(dataSet: dataSet, transferSyntax: .jpeg2000Lossless, pixels: .encapsulated(encoded)), name: "")
        #expect(file.isPixelDataEncapsulated)
        #expect(file.pixelDataRange?.upperBound == file.bytes.count)
        #expect(try PixelCodec.decode(file).1 == bytes)
    }

    /// Many threads at once, each with its own images.
    @Test func threadsDoNotDisturbEachOther() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for seed in 0..<24 {
                group.addTask {
                    var generator = SplitMix64(seed: UInt64(seed))
                    let description = try RoundTripTests.shapes[seed % 9].description(.jpeg2000Lossless)
                    let bytes = Fixture.samples(description, using: &generator)
                    for syntax in RoundTripTests.syntaxes {
                        guard try PixelCodec.decode(PixelCodec.encode(bytes, description, as: syntax)).1 == bytes else { return false }
                    }
                    return true
                }
            }
            for try await isExact in group { #expect(isExact) }
        }
    }
}
