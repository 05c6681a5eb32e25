import Basics
import Testing

@testable import DICOM

/// Files of many frames of which only what surrounds the pixel value is in memory.
@Suite struct FramedFileTests {
    private static let syntaxes: [TransferSyntax] = [
        .explicitLittleEndian, .jpegLosslessFirstOrder, .jpegLSLossless, .jpeg2000Lossless, .runLength,
    ]

    private func file(
        _ syntax: TransferSyntax, frames: Int = 4, fragmentsOfAFrame: Int = 1, hasTable: Bool = true, tail: [UInt8] = []
    ) throws -> [UInt8] {
        let description = try PixelDescription(
            rows: 64, columns: 48, frames: frames, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        let native = (0..<64 * 48 * frames).flatMap { [UInt8($0 % 251), UInt8($0 / 3072)] }
        let header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2.1"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.80"]), DataElement(.studyInstanceUID, .UI, strings: ["2.25.81"]),
            DataElement(.samplesPerPixel, .US, integers: [1]),
            DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
            DataElement(.numberOfFrames, .IS, strings: ["\(frames)"]), DataElement(.rows, .US, integers: [64]),
            DataElement(.columns, .US, integers: [48]), DataElement(.bitsAllocated, .US, integers: [16]),
            DataElement(.bitsStored, .US, integers: [12]), DataElement(.highBit, .US, integers: [11]),
            DataElement(.pixelRepresentation, .US, integers: [0]),
        ])
        guard syntax != .explicitLittleEndian else {
            return try DICOMWriter.write(dataSet: header, transferSyntax: syntax, pixels: .native(native)) + tail
        }
        let encoded = try PixelCodec.encode(native, description, as: syntax)
        let (before, behind) = try DICOMWriter.surroundings(dataSet: header, transferSyntax: syntax, nativeByteCount: nil)
        var (fragments, starts): ([UInt8], [UInt8]) = ([], [])
        for codestream in encoded.fragments {
            starts.appendLittleEndian(UInt32(fragments.count))
            let step = max(2, codestream.count / fragmentsOfAFrame / 2 * 2)
            for start in stride(from: 0, to: codestream.count, by: step) {
                let part = Array(codestream[start..<min(start + step, codestream.count)])
                fragments += EncapsulatedItem.header(byteCount: part.count) + part
            }
        }
        let table = hasTable ? starts : []
        return before + EncapsulatedItem.header(byteCount: table.count) + table + fragments + EncapsulatedItem.delimiter + behind + tail
    }

    private func same(_ bytes: [UInt8]) throws {
        let framed = try #require(try FramedFile(BytesInMemory(bytes), name: "file"))
        let whole = try DICOMFile(bytes: bytes, name: "file")
        #expect(framed.file.dataSet == whole.dataSet && framed.file.metaInformation == whole.metaInformation)
        #expect(framed.file.pixels == whole.pixels && framed.file.nativePixelOrder == whole.nativePixelOrder)
        #expect(framed.valueRange == whole.pixelDataRange)
        #expect(framed.file.expanded == Array(bytes[..<framed.valueRange.lowerBound] + bytes[framed.valueRange.upperBound...]))
        let frames = try (0..<framed.frameCount).flatMap { try framed.native($0, by: InProcessCodecs()).1 }
        #expect(frames == (try PixelCodec.decode(whole).1))
    }

    @Test(arguments: syntaxes, [[UInt8](), [UInt8](repeating: 0, count: 10)])
    func framesAreThoseOfTheWhole(syntax: TransferSyntax, tail: [UInt8]) throws { try same(file(syntax, tail: tail)) }

    /// Frames of several fragments, told apart by the offset table, or by the codestreams' first bytes.
    @Test(arguments: [TransferSyntax.jpegLosslessFirstOrder, .jpeg2000Lossless], [true, false])
    func framesOfManyFragments(syntax: TransferSyntax, hasTable: Bool) throws {
        try same(file(syntax, fragmentsOfAFrame: 5, hasTable: hasTable))
    }

    /// A header that is longer than the first look.
    @Test func longHeaders() throws {
        var header = try DICOMFile(bytes: file(.explicitLittleEndian), name: "file").dataSet
        header.set(DataElement(Tag(0x0011, 0x1001), .OB, bytes: [UInt8](repeating: 7, count: 3 << 20)))
        let native = [UInt8](repeating: 1, count: 64 * 48 * 2 * 4)
        try same(DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(native)))
    }

    /// What is cut off, or has no image, is for the other reader to tell.
    @Test func notByFrames() throws {
        let bytes = try file(.jpeg2000Lossless)
        for count in [0, 100, 200, bytes.count / 2, bytes.count - 20] {
            #expect(try FramedFile(BytesInMemory(Array(bytes[..<count])), name: "file") == nil)
        }
        #expect(try FramedFile(BytesInMemory(file(.explicitLittleEndian).dropLast(5)), name: "file") == nil)
    }
}
