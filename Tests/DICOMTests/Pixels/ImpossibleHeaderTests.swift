import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// Codestreams whose headers alone are reason enough not to give them to a decoder.
@Suite struct ImpossibleHeaderTests {
    private static let description = Result {
        try PixelDescription(rows: 64, columns: 96, photometricInterpretation: "MONOCHROME2", bitsAllocated: 8, bitsStored: 8)
    }

    private func codestream(_ syntax: TransferSyntax) throws -> [UInt8] {
        var random = SplitMix64(seed: 3)
        let description = try Self.description.get()
        return try PixelCodec.encode(random.bytes(description.byteCount), description, as: syntax).fragments[0]
    }

    @Test func jpegWithoutAScanIsRefused() throws {
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 8, 0, 64, 0, 96, 1, 1, 0x11, 0]
        for end in [[], [0xFF, 0xD9], [0xFF, 0xC3] + jpeg[4...], [0xFF, 0xFE, 0, 4, 0, 0]] as [[UInt8]] {
            #expect(CodestreamHeader.read((jpeg + end)[...], codec: .jpeg) == nil)
        }
        #expect(CodestreamHeader.read((jpeg + [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0])[...], codec: .jpeg)?.rows == 64)
    }

    /// XTsiz, YTsiz at 24 and 28; XTOsiz, YTOsiz at 32 and 36 (ISO/IEC 15444-1 §A.5.1, without SOC).
    @Test(arguments: [TransferSyntax.jpeg2000Lossless, .highThroughputJPEG2000Lossless])
    func tilesThatCannotBeAreRefused(syntax: TransferSyntax) throws {
        let sound = try codestream(syntax)
        #expect(CodestreamHeader.read(sound[...], codec: syntax.codec) != nil)
        let zero: [UInt8] = [0, 0, 0, 0]
        for (offset, value) in [(24, zero), (28, zero), (32, [0, 0, 0, 1]), (36, [0xFF, 0xFF, 0xFF, 0xFF])] as [(Int, [UInt8])] {
            var changed = sound
            changed.replaceSubrange(offset..<offset + 4, with: value)
            #expect(CodestreamHeader.read(changed[...], codec: syntax.codec) == nil, "byte \(offset)")
        }
    }

    /// OpenJPH computes the number of tiles with sums that overflow, and reads where nothing is.
    @Test func tilesLargerThanTheirImageAreNotGivenToOpenJPH() throws {
        let sound = try codestream(.highThroughputJPEG2000Lossless)
        #expect(HighThroughputCodestream(sound[...]) != nil)
        for (offset, value) in [(24, [0xFF, 0xFF, 0xFF, 0x7F]), (28, [0xFF, 0xFF, 0xFF, 0xFF]), (24, [0, 0, 0, 97])] as [(Int, [UInt8])] {
            var changed = sound
            changed.replaceSubrange(offset..<offset + 4, with: value)
            #expect(HighThroughputCodestream(changed[...]) == nil)
        }
    }
}
