import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// A JPEG-LS codestream is walked to its last coded bit, and nothing passes behind it.
@Suite struct JPEGLSWalkTests {
    private static let secret = Array("KIM^LEE".utf8)

    private func walked(_ codestream: [UInt8], _ description: PixelDescription) -> [UInt8]? {
        JPEGLSWalk.walked(codestream[...], description)?.parts.needed
    }

    /// What CharLS writes, without the zero that makes a fragment's length even.
    private func encoded(_ native: [UInt8], _ description: PixelDescription) throws -> [UInt8] {
        let fragment = try PixelCodec.encode(native, description, as: .jpegLSLossless).fragments[0]
        return Array(fragment[...(try #require(fragment.lastIndex(of: 0xD9)))])
    }

    private func description(rows: Int, columns: Int, bits: Int) throws -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, photometricInterpretation: "MONOCHROME2", bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits)
    }

    /// Smooth, noisy and flat stretches, so that all modes occur: prediction, runs and what interrupts them.
    private func samples(_ description: PixelDescription, using random: inout SplitMix64) -> [UInt8] {
        let top = (1 << description.bitsStored) - 1
        let kind = Int.random(in: 0...3, using: &random)
        var value = 0
        return (0..<description.rows * description.columns).flatMap { index -> [UInt8] in
            switch (kind, index / 37 % 3) {
            case (0, _): value = Int.random(in: 0...top, using: &random)
            case (1, _), (2, 0): value = min(max(value + Int.random(in: -2...2, using: &random), 0), top)
            case (2, 1): break
            default: if Int.random(in: 0..<50, using: &random) == 0 { value = Int.random(in: 0...top, using: &random) }
            }
            return description.bitsAllocated == 8 ? [UInt8(value)] : [UInt8(value & 255), UInt8(value >> 8)]
        }
    }

    /// What CharLS writes is needed to the last byte, and whatever is put behind it is not.
    @Test(arguments: [2, 5, 8, 12, 16]) func endsWhereTheEncoderEnded(bits: Int) throws {
        var random = SplitMix64(seed: UInt64(bits))
        var count = 0
        for _ in 0..<40 {
            let description = try description(
                rows: Int.random(in: 1...60, using: &random), columns: Int.random(in: 1...60, using: &random), bits: bits)
            let native = samples(description, using: &random)
            guard let codestream = try? encoded(native, description) else { continue }
            count += 1
            #expect(walked(codestream, description) == codestream)

            let end = try #require(codestream.lastIndex(of: 0xD9)) - 1
            for tail in [Self.secret, [0] + Self.secret, [0xFF, 0x41] + Self.secret, Self.secret + [0xFF, 0x7F]] {
                let behindBits = Array(codestream[..<end]) + tail + codestream[end...]
                #expect(walked(behindBits, description) == codestream, "\(tail)")
                #expect(walked(codestream + tail, description) == codestream)
                #expect(walked(Array(codestream[..<end]) + tail, description) == codestream)
            }
            let segment: [UInt8] = [0xFF, 0xFE, 0, 9] + Self.secret
            #expect(walked(Array(codestream[..<2]) + segment + codestream[2...], description) == codestream)
        }
        #expect(count > 30)
    }

    /// The bits that fill up the last byte are zeros, whatever they were.
    @Test func fillingSaysNothing() throws {
        var random = SplitMix64(seed: 20)
        var filled = 0
        for _ in 0..<60 {
            let description = try description(rows: 9, columns: Int.random(in: 5...40, using: &random), bits: 8)
            var codestream = try encoded(samples(description, using: &random), description)
            let original = codestream
            let last = try #require(codestream.lastIndex(of: 0xD9)) - 2
            guard codestream[last] & 1 == 0, codestream[last] != 0xFE, codestream[last - 1] != 0xFF else { continue }
            codestream[last] |= 1
            // Where the bit belonged to a sample, the walk keeps it or finds no end.
            if walked(codestream, description) == original { filled += 1 }
        }
        #expect(filled > 5)
    }

    /// Other encoders' files: near-lossless, colour by lines and by pixels.
    @Test(
        .needsCorpus,
        arguments: [
            "JPEGLSNearLossless_08.dcm", "JPEGLSNearLossless_16.dcm", "SC_rgb_jls_lossy_sample.dcm", "SC_rgb_jls_lossy_line.dcm",
            "JLSL_16_15_1_1F.dcm",
        ])
    func filesOfOthers(name: String) throws {
        let path = try #require(Corpus.whole.first { $0.hasSuffix("/" + name) })
        let file = try Corpus.file(path)
        let needed = try NeededPixels(of: file)
        let decoded = try PixelCodec.decode(file)
        #expect(try PixelCodec.decode(needed.pixels).1 == decoded.1)

        let (range, description) = (try #require(file.pixelDataRange), try #require(file.pixels))
        let frames = try FragmentedFrames(file.expanded, range, frames: description.frames, syntax: file.transferSyntax)
        let codestream = Array(frames.codestreams(in: file.expanded)[0])
        let end = try #require(codestream.lastIndex(of: 0xD9)) - 1
        let planted = Array(codestream[..<end]) + Self.secret + codestream[end...] + Self.secret
        #expect(walked(planted, description) == needed.pixels.fragments[0])
    }

    /// Damage ends in nothing or in another walk, soon.
    @Test func damageIsNoHarm() throws {
        var random = SplitMix64(seed: 21)
        let description = try description(rows: 64, columns: 48, bits: 12)
        let codestream = try encoded(samples(description, using: &random), description)
        for _ in 0..<2_000 {
            let damaged = MutationTests.damaged(codestream, using: &random)
            if let needed = walked(damaged, description) { #expect(needed.count <= damaged.count + 16) }
        }
        for count in 0..<codestream.count where count % 7 == 0 { _ = walked(Array(codestream[..<count]), description) }
    }

    /// Nothing is walked that this walk cannot vouch for.
    @Test func oddHeadersAreNotWalked() throws {
        var random = SplitMix64(seed: 22)
        let description = try description(rows: 20, columns: 30, bits: 8)
        let codestream = try encoded(samples(description, using: &random), description)
        let frame = try #require(codestream.indices.dropLast().first { codestream[$0] == 0xFF && codestream[$0 + 1] == 0xF7 })
        let scan = try #require(codestream.indices.dropLast().first { codestream[$0] == 0xFF && codestream[$0 + 1] == 0xDA })
        for (offset, value) in [
            (frame + 11, UInt8(0x21)), (frame + 12, 7), (scan + 6, 1), (scan + 8, 1), (scan + 8, 3), (scan + 9, 1), (scan + 5, 200),
        ] {
            var odd = codestream
            odd[offset] = value
            #expect(walked(odd, description) == nil, "\(offset)")
        }
        // A restart interval, a mapping table.
        for segment: [UInt8] in [[0xFF, 0xDD, 0, 4, 0, 5], [0xFF, 0xF8, 0, 6, 2, 1, 1, 0]] {
            #expect(walked(Array(codestream[..<scan]) + segment + codestream[scan...], description) == nil)
        }
    }
}
