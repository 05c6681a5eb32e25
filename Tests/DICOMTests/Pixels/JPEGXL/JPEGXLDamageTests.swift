import SeededRandomness
import Testing

@testable import DICOM

/// Codestreams that lie, are damaged, or are more than one bare frame.
@Suite struct JPEGXLDamageTests {
    private static func description(rows: Int = 40, columns: Int = 48, samples: Int = 1, stored: Int = 12) throws -> PixelDescription {
        try JPEGXLTests.description(rows: rows, columns: columns, samples: samples, stored: stored)
    }

    private static func codestream(_ description: PixelDescription) throws -> [UInt8] {
        var generator = SplitMix64(seed: 11)
        return try PixelCodec.encode(Fixture.samples(description, using: &generator), description, as: .jpegXLLossless).fragments[0]
    }

    private func decode(_ codestream: [UInt8], _ description: PixelDescription) throws -> [UInt8] {
        try PixelCodec.decode(EncapsulatedPixels(transferSyntax: .jpegXLLossless, description: description, fragments: [codestream])).1
    }

    /// The basic info is compared with the data set before there is a buffer.
    @Test func anotherImageIsRefused() throws {
        let codestream = try Self.codestream(Self.description())
        let others = [
            try Self.description(rows: 41), try Self.description(columns: 47), try Self.description(samples: 3),
            try Self.description(stored: 11), try Self.description(stored: 16),
        ]
        for other in others {
            #expect(code { _ = try decode(codestream, other) } == .corruptCodestream, "\(other)")
        }
        #expect(try decode(codestream, Self.description()).count == 40 * 48 * 2)
    }

    @Test func cutOnesAreRefused() throws {
        let description = try Self.description()
        let codestream = try Self.codestream(description)
        for count in [0, 1, 2, 3, 5, 8, 20, codestream.count / 2, codestream.count - 3] {
            #expect(code { _ = try decode(Array(codestream.prefix(count)), description) } == .corruptCodestream, "\(count)")
        }
    }

    @Test func nothingMayStandBehindTheFrame() throws {
        let description = try Self.description()
        let codestream = try Self.codestream(description)
        for rest in [[1, 2], codestream, [0, 0, 0, 0]] {
            #expect(code { _ = try decode(codestream + rest, description) } == .corruptCodestream)
        }
    }

    /// The same codestream in the boxes of ISO/IEC 18181-2.
    @Test func boxesAreRefused() throws {
        let description = try Self.description()
        let codestream = try Self.codestream(description)
        let length = UInt32(codestream.count + 8)
        let boxes: [UInt8] =
            [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
            + [0, 0, 0, 20] + Array("ftypjxl ".utf8) + [0, 0, 0, 0] + Array("jxl ".utf8)
            + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array("jxlc".utf8) + codestream
        #expect(code { _ = try decode(boxes, description) } == .corruptCodestream)
    }

    @Test func damageIsAnErrorOrAFrameOfTheRightSize() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let description = try Self.description()
        let sound = try Self.codestream(description)
        var errors = 0
        for _ in 0..<200 {
            var codestream = sound
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                codestream[Int.random(in: codestream.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do {
                #expect(try decode(codestream, description).count == description.byteCount)
            } catch {
                errors += 1
            }
        }
        #expect(errors > 20)
    }
}
