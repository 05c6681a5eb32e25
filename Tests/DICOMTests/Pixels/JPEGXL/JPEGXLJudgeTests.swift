import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// What our encoder writes, in the eyes of libjxl's own program.
@Suite struct JPEGXLJudgeTests {
    /// `djxl` of release 0.7 writes the depth of the codestream into a picture's header and words that are fractions of 65 535 behind it, so
    /// its words are gathered here, by another formula than our own.
    @Test(
        .needs("djxl"),
        arguments: [(8, 8, 1, false), (16, 9, 1, false), (16, 12, 1, true), (16, 14, 1, false), (16, 16, 1, true), (8, 8, 3, false)])
    func djxlSeesTheSameSamples(allocated: Int, stored: Int, samples: Int, isSigned: Bool) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let scratch = try TemporaryFolder()
        let description = try JPEGXLTests.description(
            rows: 61, columns: 77, samples: samples, allocated: allocated, stored: stored, isSigned: isSigned)
        let bytes = Fixture.samples(description, using: &generator)
        let codestream = try PixelCodec.encode(bytes, description, as: .jpegXLLossless).fragments[0]
        let picture = scratch(samples == 3 ? "out.ppm" : "out.pgm")
        let output = try await ForeignPrograms.run("djxl", [try scratch.write(codestream, as: "in.jxl"), picture])
        #expect(output.status == 0, "\(output.errors)")
        let contents = Array(try Data(contentsOf: URL(filePath: picture)))
        #expect(String(decoding: contents.prefix(20), as: UTF8.self).contains("\n\((1 << stored) - 1)\n"))
        let words = contents.suffix(bytes.count)
        let theirs = Self.values(Array(words), bigEndian: true, width: allocated / 8).map { word in
            Int((Double(word) * Double((1 << stored) - 1) / Double((1 << allocated) - 1)).rounded())
        }
        let offset = isSigned ? 1 << (stored - 1) : 0
        let ours = Self.values(bytes, bigEndian: false, width: allocated / 8).map { word in
            isSigned && word >= 1 << (allocated - 1) ? word - 1 << allocated + offset : word + offset
        }
        #expect(theirs == ours.map { $0 & ((1 << allocated) - 1) })
    }

    private static func values(_ bytes: [UInt8], bigEndian: Bool, width: Int) -> [Int] {
        stride(from: 0, to: bytes.count, by: width).map { start in
            (0..<width).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * (bigEndian ? width - 1 - $1 : $1)) }
        }
    }
}
