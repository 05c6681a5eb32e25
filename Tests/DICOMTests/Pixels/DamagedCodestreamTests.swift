import CGDCM
import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// Codestreams that are damaged or lie. The process must live, and a frame must have its size or not be there.
@Suite struct DamagedCodestreamTests {
    @Test(arguments: [
        TransferSyntax.jpeg2000Lossless, .jpegLosslessFirstOrder, .jpegLSLossless, .runLength, .highThroughputJPEG2000Lossless,
    ])
    func damageIsAnErrorOrAFrameOfTheRightSize(syntax: TransferSyntax) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let description = try PixelDescription(
            rows: 64, columns: 48, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        let encoded = try PixelCodec.encode(Fixture.samples(description, using: &generator), description, as: syntax)
        var errors = 0
        // CharLS counts 2^31 bits of nothing behind the end of a damaged scan before it gives up, which takes seconds.
        let rounds = syntax == .jpegLSLossless ? 3 : 1500
        for _ in 0..<rounds {
            let damaged = EncapsulatedPixels(
                transferSyntax: syntax, description: description,
                fragments: [MutationTests.damaged(encoded.fragments[0], using: &generator)])
            do throws(DICOMError) {
                let count = try PixelCodec.decode(damaged).1.count
                #expect(count == description.byteCount)
            } catch {
                #expect(error.code == .corruptCodestream)
                errors += 1
            }
        }
        #expect(errors > rounds / 10)
    }

    /// GDCM's decoder waits for ever for the rest of a segment that announces more than there is.
    @Test(arguments: [8, 16]) func aSegmentThatIsCutOff(bits: Int) throws {
        var generator = SplitMix64(seed: 11)
        let description = try PixelDescription(
            rows: 16, columns: 16, photometricInterpretation: "MONOCHROME2", bitsAllocated: bits, bitsStored: bits)
        let whole = try PixelCodec.encode(Fixture.samples(description, using: &generator), description, as: .jpegLosslessFirstOrder)
            .fragments[0]
        #expect(!JPEGSegments.reachBeyondTheEnd(whole[...]))
        let scan = try #require(whole.indices.first { whole[$0...].starts(with: [0xFF, 0xDA]) }) + 10
        let tails: [[UInt8]] = [
            [], [0xFF], [0xFF, 0xEB], [0xFF, 0xEB, 0x6A], [0xFF, 0xEB, 0x6A, 0x00], [0xFF, 0xFF, 0xFF, 0xC4, 0x6A, 0x00],
        ]
        for length in 2..<whole.count {
            for tail in tails {
                let cut = whole[..<length] + tail
                if tail.count > 1, length >= scan { #expect(JPEGSegments.reachBeyondTheEnd(cut), "\(length) bytes and \(tail)") }
                let pixels = EncapsulatedPixels(transferSyntax: .jpegLosslessFirstOrder, description: description, fragments: [Array(cut)])
                do throws(DICOMError) {
                    let count = try PixelCodec.decode(pixels).1.count
                    #expect(count == description.byteCount)
                } catch {
                    #expect(error.code == .corruptCodestream)
                }
            }
        }
    }

    @Test(.needsCorpus) func damagedFilesOfTheCorpus() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for name in Corpus.varied {
            guard let file = try? Corpus.file(name), file.isPixelDataEncapsulated,
                let range = file.pixelDataRange, file.bytes.count < 200_000
            else { continue }
            for _ in 0..<12 {
                var bytes = file.bytes
                for _ in 0..<6 { bytes[Int.random(in: range, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
                guard let damaged = try? DICOMFile(bytes: bytes, name: file.name), let decoded = try? PixelCodec.decode(damaged) else {
                    continue
                }
                #expect(decoded.1.count == decoded.0.byteCount, "\(file.name)")
            }
        }
    }

    @Test func codestreamsOfAnotherSizeAreRefused() throws {
        var generator = SplitMix64(seed: 3)
        let small = try PixelDescription(rows: 32, columns: 40, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 16)
        let large = try PixelDescription(rows: 64, columns: 80, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 16)
        let narrow = try PixelDescription(rows: 64, columns: 80, photometricInterpretation: "MONOCHROME2", bitsAllocated: 8, bitsStored: 8)
        for syntax in [TransferSyntax.jpeg2000Lossless, .jpegLosslessFirstOrder, .jpegLSLossless, .highThroughputJPEG2000Lossless] {
            let encoded = try PixelCodec.encode(Fixture.samples(large, using: &generator), large, as: syntax)
            for lie in [small, narrow] {
                let pixels = EncapsulatedPixels(transferSyntax: syntax, description: lie, fragments: encoded.fragments)
                #expect(code { _ = try PixelCodec.decode(pixels) } == .corruptCodestream)
            }
        }
    }

    /// GDCM asserts that a codestream has as many components as it was told. Past our own checks, that would end the process.
    @Test func aFailedAssertionLeavesTheCall() throws {
        var generator = SplitMix64(seed: 5)
        let grey = try PixelDescription(rows: 64, columns: 64, photometricInterpretation: "MONOCHROME2", bitsAllocated: 8, bitsStored: 8)
        let codestream = try PixelCodec.encode(Fixture.samples(grey, using: &generator), grey, as: .jpeg2000Lossless).fragments[0]
        var layout = cgdcm_layout()
        layout.columns = 64
        layout.rows = 64
        layout.samples_per_pixel = 3
        layout.bits_allocated = 8
        layout.bits_stored = 8
        layout.color = CGDCM_RGB
        for _ in 0..<3 {
            var frame = [UInt8](repeating: 0, count: 64 * 64 * 3)
            #expect(cgdcm_decode(CGDCM_JPEG_2000, &layout, codestream, codestream.count, &frame, frame.count) == CGDCM_ABORTED)
        }
        let pixels = EncapsulatedPixels(transferSyntax: .jpeg2000Lossless, description: grey, fragments: [codestream])
        #expect(try PixelCodec.decode(pixels).0 == grey)
    }

    @Test func missingFramesAreNamed() throws {
        let description = try PixelDescription(
            rows: 64, columns: 48, frames: 3, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        let pixels = EncapsulatedPixels(transferSyntax: .jpeg2000Lossless, description: description, fragments: [[0, 0]])
        #expect(code { _ = try PixelCodec.decode(pixels) } == .truncatedPixelData)
    }

    @Test func unknownSyntaxIsSaidToBeUnsupported() throws {
        let description = try PixelDescription(
            rows: 4, columns: 4, photometricInterpretation: "MONOCHROME2", bitsAllocated: 8, bitsStored: 8)
        let video = TransferSyntax(uid: "1.2.840.10008.1.2.4.102")
        #expect(
            code { _ = try PixelCodec.decode(EncapsulatedPixels(transferSyntax: video, description: description, fragments: [[0, 0]])) }
                == .unsupportedTransferSyntax)
        #expect(code { _ = try PixelCodec.encode([UInt8](repeating: 0, count: 16), description, as: video) } == .unsupportedTransferSyntax)
    }
}
