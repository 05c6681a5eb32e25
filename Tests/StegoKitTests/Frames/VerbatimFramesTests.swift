import Basics
import DICOM
import Testing

@testable import StegoKit

/// Images of many frames whose codestreams cannot be encoded again: what decoding needs of them passes through, frame by frame.
@Suite struct VerbatimFramesTests {
    private let key = StudyKey()

    /// How the fragments of a file lie.
    enum Layout: CaseIterable {
        case basicTable, emptyTable, extendedTable, manyFragments, manyFragmentsWithoutTable

        var fragmentsOfAFrame: Int { self == .manyFragments || self == .manyFragmentsWithoutTable ? 4 : 1 }
        var hasTable: Bool { self == .basicTable || self == .manyFragments }
    }

    private static let jpegBaseline = TransferSyntax(uid: "1.2.840.10008.1.2.4.50")

    private func file(
        _ syntax: TransferSyntax, _ codestreams: [[UInt8]], _ layout: Layout, rows: Int, columns: Int, bitsStored: Int
    ) throws -> [UInt8] {
        var (fragments, starts): ([UInt8], [Int]) = ([], [])
        for codestream in codestreams.map({ $0.count % 2 == 0 ? $0 : $0 + [0] }) {
            starts.append(fragments.count)
            let step = max(2, codestream.count / layout.fragmentsOfAFrame / 2 * 2)
            for start in stride(from: 0, to: codestream.count, by: step) {
                let part = codestream[start..<min(start + step, codestream.count)]
                fragments += EncapsulatedItem.header(byteCount: part.count) + part
            }
        }
        var header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.12.1"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.91.1"]), DataElement(.studyInstanceUID, .UI, strings: ["2.25.91"]),
            DataElement(.seriesInstanceUID, .UI, strings: ["2.25.91.2"]), DataElement(.modality, .CS, strings: ["XA"]),
            DataElement(.patientName, .PN, strings: [SyntheticFile.patientName]), DataElement(.patientID, .LO, strings: ["SYN-91"]),
            DataElement(.samplesPerPixel, .US, integers: [1]),
            DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
            DataElement(.numberOfFrames, .IS, strings: ["\(codestreams.count)"]), DataElement(.rows, .US, integers: [rows]),
            DataElement(.columns, .US, integers: [columns]), DataElement(.bitsAllocated, .US, integers: [bitsStored > 8 ? 16 : 8]),
            DataElement(.bitsStored, .US, integers: [bitsStored]), DataElement(.highBit, .US, integers: [bitsStored - 1]),
            DataElement(.pixelRepresentation, .US, integers: [0]),
        ])
        if layout == .extendedTable {
            let lengths = codestreams.map { ($0.count + 1) / 2 * 2 }
            for (element, numbers) in [(UInt16(1), starts), (2, lengths)] {
                header.set(DataElement(Tag(0x7FE0, element), .OV, bytes: numbers.flatMap { littleEndian($0, count: 8) }))
            }
        }
        let (before, behind) = try DICOMWriter.surroundings(dataSet: header, transferSyntax: syntax, nativeByteCount: nil)
        let table = layout.hasTable ? starts.flatMap { littleEndian($0, count: 4) } : []
        return before + EncapsulatedItem.header(byteCount: table.count) + table + fragments + EncapsulatedItem.delimiter + behind
    }

    private func littleEndian(_ number: Int, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// Text in segments that no decoder needs.
    private static let planted = Array("DOE^JANE".utf8)

    private func jpeg(_ layout: Layout, frames: Int = 5) throws -> [UInt8] {
        let codestreams = (0..<frames).map { frame in
            TestJPEG.codestream(.baseline, rows: 40, columns: 56, seed: UInt64(frame)) { place in
                place == .segment ? [0xFF, 0xE9, 0, 10] + Self.planted : []
            }
        }
        return try file(Self.jpegBaseline, codestreams, layout, rows: 40, columns: 56, bitsStored: 8)
    }

    private func seal(_ original: [UInt8], _ policy: RedactionPolicy = .keepingEverything) throws -> (report: SealReport, stego: [UInt8])? {
        let sealer = InstanceSealer(key: key, options: SealOptions(redaction: policy))
        return try sealer.sealFrames(of: BytesInMemory(original), name: "image") { MemoryStore() }.map { ($0.0.report, $0.1.bytes) }
    }

    private func comesBack(_ original: [UInt8], as syntax: TransferSyntax) throws -> [UInt8] {
        let sealed = try #require(try seal(original))
        #expect(sealed.report.record == .element && sealed.report.exactness == .bytes && sealed.report.transferSyntax == syntax.uid)
        try opens(sealed.stego, as: original)
        return sealed.stego
    }

    /// By frames and as a whole.
    private func opens(_ stego: [UInt8], as original: [UInt8]) throws {
        let revealed = try InstanceRevealer().revealFrames(of: BytesInMemory(stego), name: "image") { _ in
            key
        } into: {
            MemoryStore()
        }
        #expect(revealed?.1.bytes == original)
        #expect(try InstanceRevealer().reveal(stego, name: "image") { _ in key }.bytes == original)
    }

    /// As cine loops come: lossy, with everything that encoders put beside the samples.
    @Test(arguments: Layout.allCases)
    func lossyFramesPassThrough(layout: Layout) throws {
        let original = try jpeg(layout)
        let stego = try comesBack(original, as: Self.jpegBaseline)
        #expect(original.contains(Self.planted) && !stego.contains(Self.planted))
        let shown = try PixelCodec.decode(DICOMFile(bytes: stego, name: "stego")).1
        #expect(shown == (try PixelCodec.decode(DICOMFile(bytes: original, name: "original")).1))
        let whole = try InstanceSealer(key: key, options: SealOptions(redaction: .keepingEverything)).seal(original, name: "image")
        #expect(whole.report.transferSyntax == Self.jpegBaseline.uid && whole.report.exactness == .bytes)
    }

    /// Lossless codestreams of another encoder, which encoding the samples does not give again.
    @Test(arguments: Layout.allCases)
    func foreignLosslessFrames(layout: Layout) throws {
        let image = FramedImage(frames: 4)
        let native = image.native
        let one = try image.description.repeated(1)
        let codestreams = try (0..<4).map { frame in
            try PixelCodec.encodeFrame(
                Array(native[frame * one.byteCount..<(frame + 1) * one.byteCount]), one, as: .jpeg2000Lossless, effort: .fast
            ).codestream
        }
        let original = try file(.jpeg2000Lossless, codestreams, layout, rows: 64, columns: 64, bitsStored: 12)
        let stego = try comesBack(original, as: .jpeg2000Lossless)
        #expect(try PixelCodec.decode(DICOMFile(bytes: stego, name: "stego")).1 == native)
    }

    /// Codestreams that encoding gives again carry their record in the samples, however their fragments lie.
    @Test(arguments: Layout.allCases)
    func ownLosslessFramesCarry(layout: Layout) throws {
        let image = FramedImage(frames: 4, rows: 96, columns: 96)
        let encoded = try PixelCodec.encode(image.native, image.description, as: .jpeg2000Lossless)
        let original = try file(.jpeg2000Lossless, encoded.fragments, layout, rows: 96, columns: 96, bitsStored: 12)
        let sealed = try #require(try seal(original))
        #expect(sealed.report.record == .pixels && sealed.report.exactness == .bytes)
        #expect(try InstanceRevealer().reveal(sealed.stego, name: "image") { _ in key }.bytes == original)
    }

    /// What is to be filled must be decoded: the frames are a picture beside the whole original.
    @Test(arguments: Layout.allCases)
    func filledLossyFrames(layout: Layout) throws {
        let original = try jpeg(layout)
        let policy = RedactionPolicy(.keep, rectangles: [try RedactionRectangle(x: 8, y: 8, width: 16, height: 16)])
        let sealed = try #require(try seal(original, policy))
        #expect(sealed.report.record == .element && sealed.report.exactness == .bytes && sealed.report.redactedRegions == 1)
        try opens(sealed.stego, as: original)
        let shown = try ImageSamples(of: DICOMFile(bytes: sealed.stego, name: "stego"))
        let own = try ImageSamples(of: DICOMFile(bytes: original, name: "original"))
        #expect(shown.description.frames == 5)
        for (shown, own) in zip(shown.planes.planes, own.planes.planes) {
            let filled = (8..<24).flatMap { row in shown[row * 56 + 8..<row * 56 + 24] }
            #expect(Set(filled).count == 1)
            #expect(shown[0] == own[0])
            #expect(shown.last == own.last)
        }
        let whole = try InstanceSealer(key: key, options: SealOptions(redaction: policy)).seal(original, name: "image")
        #expect(whole.report.redactedShare == sealed.report.redactedShare)
        try opens(whole.bytes, as: original)
    }

    /// Frames that nobody can decode, and sizes that nobody has memory for, are enclosed, and nothing is made of what they announce.
    @Test(arguments: [2, 60_000])
    func whatCannotBeShownIsEnclosed(frames: Int) throws {
        let short: [UInt8] = [0xFF, 0xD8, 0xFF, 0xD9]
        let side = frames == 2 ? 40 : 60_000
        for policy in [RedactionPolicy.keepingEverything, RedactionPolicy()] {
            let original = try file(
                Self.jpegBaseline, [[UInt8]](repeating: short, count: frames), .emptyTable, rows: side, columns: side, bitsStored: 8)
            let sealed = try #require(try seal(original, policy))
            #expect(sealed.report.record == .element && sealed.report.exactness == .bytes)
            #expect(try DICOMFile(bytes: sealed.stego, name: "stego").pixels?.frames == 1)
            #expect(try InstanceRevealer().reveal(sealed.stego, name: "image") { _ in key }.bytes == original)
        }
    }
}

extension [UInt8] {
    fileprivate func firstRange(of part: [UInt8]) -> Range<Int>? {
        guard count >= part.count else { return nil }
        return (0...count - part.count).first { self[$0...].starts(with: part) }.map { $0..<$0 + part.count }
    }

    fileprivate func contains(_ part: [UInt8]) -> Bool { firstRange(of: part) != nil }
}
