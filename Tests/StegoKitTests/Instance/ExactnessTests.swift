import Basics
import DICOM
import SeededRandomness
import Testing

@testable import StegoKit

/// Whatever structure encapsulated pixel data has: it comes back byte for byte, or it is plain, and then every reader finds the same
/// frames, pixels and elements as before.
@Suite struct ExactnessTests {
    private static let syntaxes: [TransferSyntax] = [
        .jpegLosslessFirstOrder, .jpegLSLossless, .jpeg2000Lossless, .runLength, .highThroughputJPEG2000Lossless,
    ]
    private let key = StudyKey()

    private func seal(_ bytes: [UInt8]) throws -> (SealReport, restored: [UInt8]) {
        let sealed = try InstanceSealer(key: key).seal(bytes, name: "image")
        let revealed = try InstanceRevealer().reveal(sealed.bytes, name: "image") { _ in key }
        #expect(sealed.report.exactness == revealed.exactness)
        return (sealed.report, revealed.bytes)
    }

    /// Frame counts absent, wrong or none at all.
    @Test(arguments: syntaxes, [nil, "0", "1", "2", "3", "4"])
    func everyCodestreamArrives(syntax: TransferSyntax, numberOfFrames: String?) throws {
        let bytes = try EncapsulatedFile(syntax, frames: 3, announcing: numberOfFrames).bytes()
        #expect(try seal(bytes).restored == bytes)
    }

    @Test(arguments: syntaxes)
    func twoCodestreamsInOneFragment(syntax: TransferSyntax) throws {
        var file = try EncapsulatedFile(syntax, frames: 2, announcing: "1")
        file.fragments = [file.fragments[0] + file.fragments[1]]
        file.table = [0]
        let bytes = try file.bytes()
        #expect(try seal(bytes).restored == bytes)
    }

    /// Offset tables and lengths that other codestreams would make wrong stay with their own.
    @Test(arguments: syntaxes)
    func extendedOffsetTables(syntax: TransferSyntax) throws {
        var file = try EncapsulatedFile(syntax, frames: 3, announcing: "3")
        file.extendedTable = file.starts
        file.table = []
        // A comment of another encoder, so that encoding again gives other bytes where it can.
        file.makeForeign()
        let bytes = try file.bytes()
        #expect(try seal(bytes).restored == bytes)
    }

    /// Random fragments, tables, lengths and tails: exact bytes, or other codestreams of a plain file.
    @Test(arguments: syntaxes)
    func randomStructures(syntax: TransferSyntax) throws {
        var random = SplitMix64(seed: 9)
        for trial in 0..<24 {
            var file = try EncapsulatedFile(syntax, frames: Int.random(in: 1...3, using: &random), announcing: nil)
            file.disturb(using: &random)
            let bytes = try file.bytes()
            // What cannot be taken apart is no matter of exactness.
            guard let original = try? DICOMFile(bytes: bytes, name: "image") else { continue }
            let (report, restored) = try seal(bytes)
            guard restored != bytes else { continue }
            #expect(report.exactness == .pixelsAndElements, "trial \(trial)")
            #expect(PlainEncapsulation.obstacle(in: original) == nil, "trial \(trial)")
            let again = try DICOMFile(bytes: restored, name: "restored")
            #expect(PlainEncapsulation.obstacle(in: again) == nil && again.dataSet == original.dataSet, "trial \(trial)")
            #expect(try PixelCodec.decode(again).1 == PixelCodec.decode(original).1, "trial \(trial)")
        }
    }

    /// The receiver looks at the file that it made, whatever the record says of it.
    @Test func aRestoredFileThatReadersDivideDifferentlyIsRefused() throws {
        var file = try EncapsulatedFile(.jpeg2000Lossless, frames: 2, announcing: "2")
        file.extendedTable = file.starts
        let original = Original(file: try DICOMFile(bytes: try file.bytes(), name: "image"))
        let (description, native) = try PixelCodec.decode(original.file)
        let conversion = try #require(SampleConversion(description))
        let (planes, unusedBits) = try conversion.split(native)
        let words = Record.SampleWords(highBit: description.highBit, colorByPlane: false, unusedBits: unusedBits)
        let record = try original.record(
            restoration: .reencoded(words, transferSyntax: TransferSyntax.jpeg2000Lossless.uid, edits: nil),
            pixelDigest: ContentDigest(of: native))
        let source = PixelSource(description: try description.inStegoLayout(), planes: planes, doubt: nil)
        #expect {
            _ = try OriginalAssembler(record: record, stego: original.file, redaction: .none)
                .original(samples: { source }, placement: .element)
        } throws: {
            ($0 as? StegoError)?.code == .digestMismatch
        }
    }

    /// Only what an original can be the reason of is a refusal.
    @Test func faultsAreToldFromRefusals() throws {
        #expect(InstanceSealer.isRefusal(StegoError(.notReversible, "")))
        for code in [StegoError.Code.unreadable, .notStego, .wrongKey, .tampered, .elementMissing, .malformedRecord, .digestMismatch] {
            #expect(!InstanceSealer.isRefusal(StegoError(code, "")))
        }
        #expect(!InstanceSealer.isRefusal(EmbeddingError.damaged("")))
        #expect(!InstanceSealer.isRefusal(CompressionError.zstandardFailed("no memory")))
        #expect(!InstanceSealer.isRefusal(CancellationError()))
        // A decoder that ran out of its limits says that these pixels are not to be decoded; one that could not be started says nothing.
        #expect(InstanceSealer.isRefusal(DICOMError(.decoderFailed, "")))
        #expect(!InstanceSealer.isRefusal(DICOMError(.decoderUnavailable, "")))
    }

    /// Files that contradict themselves travel whole.
    @Test(arguments: [("bits allocated", 12), ("frames", 2), ("rows", 0)])
    func whatContradictsItselfIsEnclosed(element: String, number: Int) throws {
        let file = try DICOMFile(bytes: SyntheticFile.make(), name: "image")
        var header = file.dataSet
        switch element {
        case "bits allocated": header.set(.bitsAllocated, .US, integers: [number])
        case "frames": header.set(DataElement(.numberOfFrames, .IS, strings: ["\(number)"]))
        default: header.set(.rows, .US, integers: [number])
        }
        let pixels = Array(file.expanded[try #require(file.pixelDataRange)])
        let bytes = try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
        let (report, restored) = try seal(bytes)
        #expect(restored == bytes && report.exactness == .bytes)
        #expect(report.notes.first?.hasPrefix("The file is enclosed whole: ") == true)
    }
}
