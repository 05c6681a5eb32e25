import DICOM
import Marks
import Testing

@testable import MarkedImages

@Suite("Archives compress marked files")
struct CompressedFileTests {
    private func compressed(_ bytes: [UInt8], as syntax: TransferSyntax) throws -> [UInt8] {
        let file = try DICOMFile(bytes: bytes, name: "file")
        let (description, native) = try PixelCodec.decode(file)
        let pixels = try PixelCodec.encode(native, description, as: syntax)
        return try DICOMWriter.write(dataSet: file.dataSet, transferSyntax: syntax, pixels: .encapsulated(pixels))
    }

    @Test("Without loss: intact, and the samples come back", arguments: [TransferSyntax.jpegLSLossless, .runLength, .jpeg2000Lossless])
    func lossless(syntax: TransferSyntax) throws {
        let clinic = try Party("Clinic")
        let original = try SliceMaker.file()
        let subject = try MarkSubject(original, name: "slice.dcm")
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil)
        let marked = try marker.mark(subject, in: SeriesManifest(subject.images)).bytes
        let archived = try compressed(marked, as: syntax)
        let verifier = FileVerifier(directory: Party.directory(clinic), searches: false)
        #expect(try verifier.verify(archived, path: "", name: "slice.dcm").verdict == .intact)
        let restored = try FileUnmarker.restore(archived, name: "slice.dcm")
        #expect(!restored.isExact && restored.hasExactSamples)
        let file = try DICOMFile(bytes: restored.bytes, name: "restored")
        #expect(try PixelCodec.decode(file).1 == PixelCodec.decode(try DICOMFile(bytes: original, name: "original")).1)
        #expect(MarkElement(in: file.dataSet) == nil)
        // The next service marks it again, and the chain goes on.
        let next = try MarkSubject(archived, name: "slice.dcm")
        let again = try marker.mark(next, in: SeriesManifest(next.images)).bytes
        let verification = try verifier.verify(again, path: "", name: "slice.dcm")
        #expect(verification.verdict == .intact)
        #expect(verification.chain.entries.count == 2)
    }

    @Test("A compressed original is marked in its element, and comes back byte for byte")
    func compressedOriginal() throws {
        let clinic = try Party("Clinic")
        let original = try compressed(try SliceMaker.file(), as: .jpegLSLossless)
        let subject = try MarkSubject(original, name: "slice.dcm")
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil)
        let marked = try marker.mark(subject, in: SeriesManifest(subject.images))
        #expect(marked.obstacle != nil)
        let restored = try FileUnmarker.restore(marked.bytes, name: "slice.dcm")
        #expect(restored.isExact && restored.bytes == original)
    }
}
