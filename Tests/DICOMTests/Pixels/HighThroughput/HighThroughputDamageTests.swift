import SeededRandomness
import Testing

@testable import DICOM

/// OpenJPH reads and writes beyond its memory when a codestream's headers lie. What reaches it must have been found sound.
@Suite struct HighThroughputDamageTests {
    private func encoded(_ description: PixelDescription, seed: UInt64) throws -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return try PixelCodec.encode(
            Fixture.samples(description, using: &generator), description, as: .highThroughputJPEG2000Lossless
        ).fragments[0]
    }

    /// Headers and packet headers untouched, code-blocks full of anything: the decoder itself has to cope.
    @Test func damagedCodeBlocks() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        var reached = 0
        for round in 0..<1500 {
            let description = try HighThroughputTests.description(
                rows: 40 + round % 90, columns: 30 + round % 70, samples: round % 5 == 0 ? 3 : 1, allocated: round % 2 == 0 ? 16 : 8,
                stored: 8)
            var codestream = try encoded(description, seed: UInt64(round))
            let sound = try #require(HighThroughputCodestream(codestream[...]))
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                let position = Int.random(in: sound.tilePartOffset + 14..<codestream.count - 3, using: &generator)
                codestream[position] = UInt8.random(in: 0...255, using: &generator)
            }
            if HighThroughputCodestream(codestream[...]) != nil { reached += 1 }
            let pixels = EncapsulatedPixels(
                transferSyntax: .highThroughputJPEG2000Lossless, description: description, fragments: [codestream])
            do throws(DICOMError) {
                #expect(try PixelCodec.decode(pixels).1.count == description.byteCount)
            } catch {
                #expect(error.code == .corruptCodestream)
            }
        }
        #expect(reached > 150, "the decoder was hardly ever reached")
    }

    /// Each byte of the headers changed in each bit: sound or not, the answer is a frame or an error.
    @Test func everyBitOfTheHeaders() throws {
        let description = try HighThroughputTests.description(rows: 70, columns: 130, stored: 12)
        let original = try encoded(description, seed: 1)
        let sound = try #require(HighThroughputCodestream(original[...]))
        for position in 0..<sound.tilePartOffset + 40 {
            for bit in 0..<8 {
                var codestream = original
                codestream[position] ^= 1 << UInt8(bit)
                let pixels = EncapsulatedPixels(
                    transferSyntax: .highThroughputJPEG2000Lossless, description: description, fragments: [codestream])
                do throws(DICOMError) {
                    #expect(try PixelCodec.decode(pixels).1.count == description.byteCount)
                } catch {
                    #expect(error.code == .corruptCodestream)
                }
            }
        }
    }

    @Test func everyTruncation() throws {
        let description = try HighThroughputTests.description(rows: 70, columns: 65, stored: 12)
        let original = try encoded(description, seed: 2)
        #expect(HighThroughputCodestream(original[...]) != nil)
        // One byte less may be the padding of an odd length.
        for count in 0..<original.count - 1 { #expect(HighThroughputCodestream(original[..<count]) == nil, "\(count) bytes") }
    }

    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// From the beginning of the marker segment.
        let marker: UInt16
        let offset: Int
        let value: UInt8
    }

    static let lies = [
        Lie(testDescription: "two layers", marker: 0xFF52, offset: 7, value: 2),
        Lie(testDescription: "precincts", marker: 0xFF52, offset: 4, value: 1),
        Lie(testDescription: "SOP markers", marker: 0xFF52, offset: 4, value: 2),
        Lie(testDescription: "another progression", marker: 0xFF52, offset: 5, value: 0),
        Lie(testDescription: "33 decompositions", marker: 0xFF52, offset: 9, value: 33),
        Lie(testDescription: "one decomposition less", marker: 0xFF52, offset: 9, value: 4),
        Lie(testDescription: "code-blocks of 1024", marker: 0xFF52, offset: 10, value: 8),
        Lie(testDescription: "no high throughput", marker: 0xFF52, offset: 12, value: 0),
        Lie(testDescription: "irreversible wavelet", marker: 0xFF52, offset: 13, value: 0),
        Lie(testDescription: "irreversible blocks", marker: 0xFF50, offset: 9, value: 0x20),
        Lie(testDescription: "mixed blocks", marker: 0xFF50, offset: 8, value: 0xC0),
        Lie(testDescription: "quantisation", marker: 0xFF5C, offset: 4, value: 0x22),
        Lie(testDescription: "too many bit-planes", marker: 0xFF5C, offset: 6, value: 0xF8),
        Lie(testDescription: "another tile", marker: 0xFF90, offset: 5, value: 1),
        Lie(testDescription: "a longer tile-part", marker: 0xFF90, offset: 7, value: 1),
        Lie(testDescription: "two tile-parts", marker: 0xFF90, offset: 11, value: 2),
        Lie(testDescription: "an image offset", marker: 0xFF51, offset: 17, value: 1),
        Lie(testDescription: "smaller tiles", marker: 0xFF51, offset: 25, value: 64),
        Lie(testDescription: "a tile offset", marker: 0xFF51, offset: 33, value: 1),
    ]

    @Test(arguments: lies) func aLyingHeaderIsNotSound(lie: Lie) throws {
        let description = try HighThroughputTests.description(rows: 130, columns: 130, stored: 12)
        var codestream = try encoded(description, seed: 3)
        let start = try #require(
            codestream.indices.dropLast().first { UInt16(codestream[$0]) << 8 | UInt16(codestream[$0 + 1]) == lie.marker })
        #expect(codestream[start + lie.offset] != lie.value)
        codestream[start + lie.offset] = lie.value
        #expect(HighThroughputCodestream(codestream[...]) == nil)
    }

    /// A packet that says that its code-block goes on behind the end of the tile.
    @Test func aLengthBeyondTheTileIsNotSound() throws {
        let description = try HighThroughputTests.description(rows: 8, columns: 8, stored: 12)
        let original = try encoded(description, seed: 4)
        let sound = try #require(HighThroughputCodestream(original[...]))
        let packets = sound.tilePartOffset + 14
        // The first packet has one code-block: 1 (filled), 1 (included), missing planes, 0 (one pass), 0 (three bits of length), length.
        var changes = 0
        for bit in 0..<24 {
            var codestream = original
            codestream[packets + bit / 8] ^= 0x80 >> UInt8(bit % 8)
            if HighThroughputCodestream(codestream[...]) == nil { changes += 1 }
        }
        #expect(changes >= 8)
    }
}
