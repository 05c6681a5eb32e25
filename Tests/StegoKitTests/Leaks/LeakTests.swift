import DICOM
import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

/// Texts planted in every place that a DICOM file has are found nowhere in its stego file, and are all back in the restored file.
@Suite struct LeakTests {
    private static let key = StudyKey()

    /// One file with canaries, and what becomes of it.
    struct Planted: CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var canaries: Canaries
        /// Whether the stego file is to show the picture.
        var isShown = true
        /// Whether the bytes must come back; otherwise the same pixels and elements may.
        var isExact = true

        var testDescription: String { name }
    }

    /// With text in the pixels kept, so that as much as possible is shown, and as sealing does by default.
    private func expectNoLeak(_ planted: Planted, _ options: SealOptions = SealOptions()) throws {
        var keeping = options
        keeping.redaction = .keepingEverything
        for options in [keeping, options] { try expectNoLeakAlone(planted, options) }
    }

    private func expectNoLeakAlone(_ planted: Planted, _ options: SealOptions) throws {
        let comment: Comment = "\(planted.name), \(options.method), \(options.codec)"
        #expect(planted.canaries.count >= 100, comment)
        let sealed = try InstanceSealer(key: Self.key, options: options).seal(planted.bytes, name: planted.name)
        #expect(Canaries.place(in: planted.bytes) != nil, comment)
        #expect(Canaries.place(in: sealed.bytes) == nil, comment)

        let stego = try DICOMFile(bytes: sealed.bytes, name: "stego")
        let (description, native) = try PixelCodec.decode(stego)
        #expect(StoredBits.areCanonical(native[...], description), comment)
        #expect(Canaries.place(in: native) == nil, comment)
        #expect(!Canaries.isInBitPlanes(of: native), comment)
        // Where nothing can look for text in the samples, nothing is shown by default.
        let isShown = native.contains { $0 != 0 }
        let isAsExpected = options.redaction.burnedInText == .keep ? isShown == planted.isShown : !isShown || planted.isShown
        #expect(isAsExpected, "\(comment) \(sealed.report.notes)")

        let revealed = try InstanceRevealer().reveal(sealed.bytes, name: planted.name) { _ in Self.key }
        if planted.isExact { #expect(revealed.bytes == planted.bytes, comment) }
        #expect(revealed.exactness != .unproven, comment)
    }

    // MARK: Native

    private static func description(
        _ bitsAllocated: Int, _ bitsStored: Int, samples: Int = 1, frames: Int = 1, isSigned: Bool = false
    ) throws -> PixelDescription {
        try PixelDescription(
            rows: 64, columns: 72, frames: frames, samplesPerPixel: samples,
            photometricInterpretation: samples == 1 ? "MONOCHROME2" : "RGB",
            bitsAllocated: bitsAllocated, bitsStored: bitsStored, isSigned: isSigned)
    }

    static func native() throws -> [Planted] {
        let deflation = DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: [])
        var cases: [Planted] = []
        for (syntax, isExplicit, isBigEndian, deflated) in [
            (TransferSyntax.implicitLittleEndian, false, false, nil), (.explicitLittleEndian, true, false, nil),
            (.explicitBigEndian, true, true, nil), (.deflatedLittleEndian, true, false, deflation),
        ] as [(TransferSyntax, Bool, Bool, DeflateParameters?)] {
            for (allocated, stored) in [(16, 12), (8, 6), (32, 24), (16, 16)] {
                var canaries = Canaries()
                let description = try description(allocated, stored)
                var file = PlantedHeader.file(transferSyntax: syntax.uid, description, &canaries)
                (file.isExplicit, file.isBigEndian) = (isExplicit, isBigEndian)
                let pixels = PlantedPixels.overlaid(PlantedPixels.native(description), description, &canaries)
                file.elements.append(.init(group: 0x7FE0, element: 0x10, vr: "OW", value: pixels))
                // Words of 32 bits are swapped by 16 in the standard's OW, which another test covers.
                if isBigEndian, allocated == 32 { continue }
                file.tail = canaries.ascii()
                let bytes = try file.bytes(deflated: deflated)
                cases.append(Planted(name: "\(syntax) \(stored)/\(allocated)", bytes: bytes, canaries: canaries))
            }
        }
        return cases
    }

    @Test func nativeFiles() throws {
        let cases = try Self.native()
        for planted in cases { try expectNoLeak(planted) }
        #expect(cases.count == 15)
    }

    @Test(arguments: EmbeddingMethod.all, StegoCodec.allCases)
    func everyMethodAndCodec(_ method: EmbeddingMethod, _ codec: StegoCodec) throws {
        let planted = try #require(try Self.native().first)
        try expectNoLeak(planted, SealOptions(method: method, region: RegionPolicy(), codec: codec, capsule: [1, 2, 3]))
    }

    /// Eight one-bit samples share a byte; those behind the last hold what they like.
    @Test func oneBitSamples() throws {
        var canaries = Canaries()
        let description = try PixelDescription(
            rows: 31, columns: 33, photometricInterpretation: "MONOCHROME2", bitsAllocated: 1, bitsStored: 1)
        var file = PlantedHeader.file(transferSyntax: TransferSyntax.explicitLittleEndian.uid, description, &canaries)
        var pixels = (0..<128).map { UInt8(truncatingIfNeeded: $0 * 37) }
        pixels[127] |= 0xFE
        file.elements.append(.init(group: 0x7FE0, element: 0x10, vr: "OW", value: pixels))
        let original = try file.bytes()
        let options = SealOptions(redaction: .keepingEverything)
        let sealed = try InstanceSealer(key: Self.key, options: options).seal(original, name: "bits")
        let stego = try DICOMFile(bytes: sealed.bytes, name: "stego")
        let range = try #require(stego.pixelDataRange)
        #expect(Array(stego.expanded[range]) == pixels.dropLast() + [pixels[127] & 0x7F])
        try expectNoLeak(Planted(name: "one bit", bytes: original, canaries: canaries))
    }

    // MARK: Encapsulated

    private static func encapsulated(
        _ uid: String, _ description: PixelDescription, _ codestreams: [[UInt8]], _ canaries: Canaries, isShown: Bool = true,
        isExact: Bool = true, suffix: String = ""
    ) throws -> Planted {
        var canaries = canaries
        var file = PlantedHeader.file(transferSyntax: uid, description, &canaries)
        file.elements.append(
            .init(
                group: 0x7FE0, element: 0x10, vr: "OB",
                value: PlantedPixels.value(codestreams, &canaries, fragments: codestreams.count == 1 ? 3 : 1), isUndefined: true))
        file.tail = canaries.ascii()
        return Planted(
            name: "\(TransferSyntax(uid: uid)) \(suffix)", bytes: try file.bytes(), canaries: canaries, isShown: isShown, isExact: isExact)
    }

    /// Lossy codestreams pass; of each, what decoding needs and nothing else.
    @Test(arguments: TestJPEG.Process.allCases, [0, 1, 5]) func lossyJPEG(_ process: TestJPEG.Process, _ restartInterval: Int) throws {
        for (components, frames) in [(1, 1), (3, 1), (1, 3)] {
            let box = CanaryBox()
            let description = try Self.description(8, 8, samples: components, frames: frames)
            let plain = (0..<frames).map {
                TestJPEG.codestream(
                    process, rows: 64, columns: 72, components: components, restartInterval: restartInterval, seed: UInt64($0))
            }
            let codestreams = (0..<frames).map {
                TestJPEG.codestream(
                    process, rows: 64, columns: 72, components: components, restartInterval: restartInterval, seed: UInt64($0),
                    planted: box.planted)
            }
            let syntax = process == .baseline ? TransferSyntax.jpegBaseline : .jpegExtended
            let planted = try Self.encapsulated(
                syntax.uid, description, codestreams, box.canaries, suffix: "\(process) \(components) \(frames)")
            try expectNoLeak(planted)

            // The needed codestreams are the ones without anything planted, but for tables that no decoder looks up.
            let needed = try NeededPixels(of: DICOMFile(bytes: planted.bytes, name: "planted"))
            let reference = EncapsulatedPixels(transferSyntax: syntax, description: description, fragments: plain)
            #expect(try PixelCodec.decode(needed.pixels).1 == PixelCodec.decode(reference).1)
        }
    }

    @Test func losslessCodecs() throws {
        for (syntax, isWalked) in [
            (TransferSyntax.jpegLosslessFirstOrder, true), (.jpegLSLossless, true), (.jpeg2000Lossless, true), (.jpeg2000, true),
            (.highThroughputJPEG2000Lossless, true), (.highThroughputJPEG2000LosslessRPCL, true), (.highThroughputJPEG2000, true),
            (.runLength, true),
        ] {
            for frames in [1, 2] {
                let description = try Self.description(16, 12, frames: frames)
                let encoded = try PixelCodec.encode(PlantedPixels.native(description), description, as: syntax)
                var canaries = Canaries()
                let codestreams = encoded.fragments.map { codestream in
                    switch syntax.codec {
                    case .jpeg, .jpegLS: PlantedPixels.planted(jpeg: codestream, &canaries)
                    case .runLength: PlantedPixels.planted(runLength: codestream, &canaries)
                    default: PlantedPixels.planted(jpeg2000: codestream, &canaries)
                    }
                }
                let planted = try Self.encapsulated(syntax.uid, description, codestreams, canaries, isExact: isWalked)
                for codec in StegoCodec.allCases {
                    // 72 columns are no multiple of what OpenJPH computes at a time, so its codestreams may come back in another form.
                    var planted = planted
                    if syntax.codec == .highThroughputJPEG2000, syntax != .highThroughputJPEG2000 { planted.isExact = false }
                    try expectNoLeak(planted, SealOptions(codec: codec))
                }
            }
        }
    }

    /// Codestreams whose precision exceeds Bits Stored show no bit above it, whatever the syntax says of loss.
    @Test func bitsAboveTheStoredOnes() throws {
        for syntax in [
            TransferSyntax.jpeg2000Lossless, .jpeg2000, .jpegLosslessFirstOrder, .jpegLSLossless, .jpegLSNearLossless,
            .highThroughputJPEG2000Lossless, .highThroughputJPEG2000, .runLength,
        ] {
            var canaries = Canaries()
            let (words, stored) = (try Self.description(16, 16), try Self.description(16, 12))
            let pixels = PlantedPixels.overlaid(PlantedPixels.native(stored), stored, &canaries)
            let codestreams = try PixelCodec.encode(
                pixels, words, as: syntax == .jpegLSNearLossless ? .jpegLSLossless : syntax
            ).fragments
            for codec in StegoCodec.allCases {
                // Noise above the picture makes these codestreams large enough for the picture to go beside the sealed ones.
                try expectNoLeak(try Self.encapsulated(syntax.uid, stored, codestreams, canaries), SealOptions(codec: codec))
            }
        }
    }

    /// What is not walked is enclosed.
    @Test(arguments: [
        "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.102",
        "1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.110", "1.2.840.113619.5.2", "2.25.4711",
    ]) func syntaxesWithoutAWalk(_ uid: String) throws {
        var canaries = Canaries()
        let description = try Self.description(16, 12)
        let pixels = PlantedPixels.overlaid(PlantedPixels.native(description), description, &canaries)
        let movie: [UInt8] = [0, 0, 0, 40] + Array("udta".utf8) + canaries.ascii() + canaries.utf16(bigEndian: true) + pixels
        try expectNoLeak(try Self.encapsulated(uid, description, [movie], canaries, isShown: false))
    }

    /// A codestream that ends early, or has bits flipped, is never shown with what was not walked.
    @Test func damagedCodestreams() throws {
        var random = SplitMix64(seed: 3)
        let box = CanaryBox()
        let sound = TestJPEG.codestream(.baseline, rows: 64, columns: 72, restartInterval: 7, seed: 9, planted: box.planted)
        let description = try Self.description(8, 8)
        for _ in 0..<40 {
            var damaged = sound
            damaged[random.below(damaged.count)] ^= 1 << UInt8(random.below(8))
            if random.below(3) == 0 { damaged.removeLast(random.below(damaged.count - 300)) }
            let planted = try Self.encapsulated(TransferSyntax.jpegBaseline.uid, description, [damaged], box.canaries)
            let sealed = try InstanceSealer(key: Self.key).seal(planted.bytes, name: "damaged")
            #expect(Canaries.place(in: sealed.bytes) == nil)
            #expect(try InstanceRevealer().reveal(sealed.bytes, name: "damaged") { _ in Self.key }.bytes == planted.bytes)
        }
    }

    /// An object without an image shows a black picture and holds everything.
    @Test func withoutAnImage() throws {
        var canaries = Canaries()
        let description = try Self.description(8, 8)
        var file = PlantedHeader.file(transferSyntax: TransferSyntax.explicitLittleEndian.uid, description, &canaries)
        file.elements.removeAll { $0.group == 0x0028 }
        file.elements.append(.init(group: 0x0042, element: 0x0012, vr: "LO", value: canaries.ascii()))
        try expectNoLeak(Planted(name: "no image", bytes: try file.bytes(), canaries: canaries, isShown: false))
    }
}

/// Counts canaries from closures.
final class CanaryBox {
    private(set) var canaries = Canaries()

    func planted(_ place: TestJPEG.Place) -> [UInt8] {
        switch place {
        case .segment:
            // Tables that nothing is coded with.
            let quantisation = canaries.ascii() + [UInt8](repeating: 1, count: 54)
            let unused: [UInt8] = [0xFF, 0xDB, 0, 67, 3] + quantisation
            let symbols = Array(Canaries.stem.utf8)
            let huffman: [UInt8] = [0xFF, 0xC4, 0, 25, 0x13] + [0, 0, 0, 6] + [UInt8](repeating: 0, count: 12) + symbols
            return PlantedPixels.segments(&canaries) + unused + huffman + canaries.ascii()
        case .entropyTail: return canaries.ascii()
        case .fill: return [0xFF, 0xFF]
        case .end: return canaries.ascii() + canaries.utf16(bigEndian: false)
        }
    }
}
