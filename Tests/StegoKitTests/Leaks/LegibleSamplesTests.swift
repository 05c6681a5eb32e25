import DICOM
import Testing

@testable import StegoKit

/// A name that stands as text in the samples, as some scanners and damaged files have it: the image is not shown.
@Suite struct LegibleSamplesTests {
    private let key = StudyKey()

    private func image(
        allocated: Int, stored: Int, as syntax: TransferSyntax, text: [UInt8], name: String = "CANARY^MARGARETA"
    ) throws -> [UInt8] {
        // Too small for the wavelet codec, and large enough.
        let extent = syntax == .explicitLittleEndian ? 30 : 64
        let description = try PixelDescription(
            rows: extent, columns: extent, photometricInterpretation: "MONOCHROME2", bitsAllocated: allocated, bitsStored: stored)
        var header = try DICOMFile(bytes: SyntheticFile.make(), name: "header").dataSet
        header.set(DataElement(.patientName, .PN, strings: [name]))
        for (tag, number) in [
            (Tag.rows, extent), (.columns, extent), (.bitsAllocated, allocated), (.bitsStored, stored), (.highBit, stored - 1),
        ] { header.set(DataElement(tag, .US, integers: [number])) }
        var samples = (0..<description.byteCount).map { UInt8(truncatingIfNeeded: $0 / 7) }
        samples.replaceSubrange(100..<100 + text.count, with: text)
        let pixels: DICOMWriter.Pixels =
            syntax == .explicitLittleEndian
            ? .native(samples) : .encapsulated(try PixelCodec.encode(samples, description, as: syntax))
        return try DICOMWriter.write(dataSet: header, transferSyntax: syntax, pixels: pixels)
    }

    @Test(arguments: [TransferSyntax.explicitLittleEndian, .runLength, .jpeg2000Lossless, .jpegLosslessFirstOrder], [8, 16])
    func aNameInTheSamplesIsNotShown(syntax: TransferSyntax, allocated: Int) throws {
        let original = try image(allocated: allocated, stored: allocated, as: syntax, text: Array("canary^margareta".utf8))
        let sealed = try InstanceSealer(key: key).seal(original, name: "image")
        let (_, shown) = try PixelCodec.decode(try DICOMFile(bytes: sealed.bytes, name: "stego"))
        #expect(shown.allSatisfy { $0 == 0 }, "\(sealed.report.notes)")
        #expect(!sealed.report.notes.contains { $0.contains(InstanceSealer.faultNote) })
        #expect(try InstanceRevealer().reveal(sealed.bytes, name: "image") { _ in key }.bytes == original)
    }

    @Test func otherTextIsShown() throws {
        let original = try image(allocated: 8, stored: 8, as: .explicitLittleEndian, text: Array("nobody's own words".utf8))
        let sealed = try InstanceSealer(key: key).seal(original, name: "image")
        let (_, shown) = try PixelCodec.decode(try DICOMFile(bytes: sealed.bytes, name: "stego"))
        #expect(shown.contains { $0 != 0 }, "\(sealed.report.notes)")
    }
}
