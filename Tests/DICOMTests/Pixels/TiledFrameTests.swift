import CGDCM
import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// JPEG 2000 tile by tile, which frames take that are too large for copies of them.
@Suite struct TiledFrameTests {
    /// Several tiles, those at the edges cut off.
    private static let (rows, columns) = (2101, 4150)

    private static let shapes: [RoundTripTests.Shape] = RoundTripTests.shapes.filter { $0.frames == 1 && $0.planar == 0 }

    private func image(
        _ shape: RoundTripTests.Shape, rows: Int = rows, columns: Int = columns
    ) throws -> (description: PixelDescription, bytes: [UInt8]) {
        let description = try PixelDescription(
            rows: rows, columns: columns, samplesPerPixel: shape.samples,
            photometricInterpretation: shape.samples == 3 ? "RGB" : "MONOCHROME2", bitsAllocated: shape.allocated,
            bitsStored: shape.stored, isSigned: shape.isSigned)
        var generator = SplitMix64(seed: 11)
        return (description, Fixture.samples(description, using: &generator))
    }

    private func decoder(_ codestream: [UInt8], _ description: PixelDescription) throws -> OpenJPEGFrame {
        let header = try #require(CodestreamHeader.read(codestream[...], codec: .jpeg2000))
        return try #require(OpenJPEGFrame(decoding: header, description))
    }

    /// Other programs read the tiles (GDCM, here), and so do we.
    @Test(arguments: shapes, [false, true])
    func tilesAreExact(shape: RoundTripTests.Shape, withBypass: Bool) throws {
        let (description, bytes) = try image(shape, rows: 2101, columns: 2060)
        let frame = try #require(OpenJPEGFrame(encoding: description))
        let codestream = try #require(frame.encodeInTiles(bytes[...], withBypass: withBypass))
        #expect(codestream == frame.encodeInTiles(bytes[...], withBypass: withBypass))
        let header = try #require(CodestreamHeader.read(codestream[...], codec: .jpeg2000))
        let decoded = try #require(try decoder(codestream, description).decodeByTiles(codestream[...]))
        #expect(StoredBits.canonical(decoded, precision: header.precision, in: description) == bytes)
        let other = try #require(try GDCMFrame(decoding: header, description, frame: 0).decode(codestream[...], CGDCM_JPEG_2000))
        #expect(other == decoded)
    }

    /// What other encoders make, in one tile.
    @Test(arguments: shapes)
    func foreignCodestreams(shape: RoundTripTests.Shape) throws {
        let (description, bytes) = try image(shape, rows: 301, columns: 257)
        let codestream = try PixelCodec.encodeFrame(bytes, description, as: .jpeg2000Lossless).codestream
        let decoded = try #require(try decoder(codestream, description).decodeByTiles(codestream[...]))
        let header = try #require(CodestreamHeader.read(codestream[...], codec: .jpeg2000))
        #expect(StoredBits.canonical(decoded, precision: header.precision, in: description) == bytes)
    }

    /// Through the codec, as every caller meets it.
    @Test(arguments: [EncodingEffort.compact, .fast])
    func hugeFrames(effort: EncodingEffort) throws {
        let (description, bytes) = try image(
            RoundTripTests.Shape(samples: 1, allocated: 16, stored: 12, isSigned: true), rows: 4100, columns: 4100)
        #expect(description.isHuge)
        let encoded = try PixelCodec.encode(bytes, description, as: .jpeg2000Lossless, effort: effort)
        #expect(try PixelCodec.decode(encoded).1 == bytes)
    }

    /// A cut codestream is an error, not an image with nothing in its last tiles.
    @Test func damage() throws {
        let (description, bytes) = try image(RoundTripTests.Shape(samples: 1, allocated: 16, stored: 12, isSigned: false))
        let codestream = try #require(OpenJPEGFrame(encoding: description)?.encodeInTiles(bytes[...], withBypass: false))
        for share in [2, 3, 5] {
            let cut = codestream[..<(codestream.count * (share - 1) / share)]
            #expect(try decoder(codestream, description).decodeByTiles(cut) == nil, "1/\(share) is missing")
        }
        var random = SplitMix64(seed: 12)
        for _ in 0..<4 {
            var damaged = codestream
            for _ in 0..<40 { damaged[Int.random(in: 100..<damaged.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random) }
            // Whatever it gives, it is a whole frame or none.
            if let decoded = try decoder(codestream, description).decodeByTiles(damaged[...]) { #expect(decoded.count == bytes.count) }
        }
    }
}
