import DICOM
import Foundation
import Testing

@testable import Sending

/// What tells that a file may be half written.
@Suite final class FileDoubtTests {
    private let folder = NSTemporaryDirectory() + "veilray-doubt-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A file of 128 × 128 samples of 16 bits.
    private func image(filledWith value: UInt8 = 7) throws -> [UInt8] {
        var dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.7"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.9.1"]),
            DataElement(.studyInstanceUID, .UI, strings: ["2.25.9"]),
        ])
        for (tag, value) in [
            (Tag.rows, 128), (.columns, 128), (.bitsAllocated, 16), (.bitsStored, 16), (.highBit, 15), (.samplesPerPixel, 1),
            (.pixelRepresentation, 0),
        ] { dataSet.set(tag, .US, integers: [value]) }
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        return try DICOMWriter.write(
            dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(Array(repeating: value, count: 32_768)))
    }

    private func doubt(_ bytes: [UInt8]) throws -> FileDoubt? {
        FileDoubt(about: try DICOMFile(bytes: bytes, name: "a"), end: Array(bytes.suffix(FileDoubt.zeros)))
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        let path = "\(folder)/a"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    @Test func wholeFilesRaiseNone() throws {
        let bytes = try image()
        #expect(try doubt(bytes) == nil)
        #expect(try FileDoubt(aboutSpaceOf: write(bytes)) == nil)
        #expect(try FileDoubt(aboutUnfit: write(Array("This is a letter. It is long enough to be something else.".utf8))) == nil)
    }

    @Test func zerosAtTheEnd() throws {
        var bytes = try image()
        bytes.replaceSubrange((bytes.count - 5000)..., with: repeatElement(0, count: 5000))
        #expect(try doubt(bytes) == .endsInZeros)
        bytes = try image()
        bytes.replaceSubrange((bytes.count - 300)..., with: repeatElement(0, count: 300))
        #expect(try doubt(bytes) == nil, "a dark row is no sign")
    }

    @Test(arguments: [132, 200, 20_000]) func filesThatEndTooEarly(_ length: Int) throws {
        #expect(FileDoubt(aboutUnfit: try write(Array(try image().prefix(length)))) == .cutOff)
    }

    @Test(arguments: [0, 10_000]) func nothingButZeros(_ length: Int) throws {
        #expect(FileDoubt(aboutUnfit: try write(Array(repeating: 0, count: length))) == .cutOff)
    }

    /// As where a size is set before anything is written.
    @Test func holes() throws {
        let path = try write(Array(repeating: 7, count: 10_000))
        #expect(truncate(path, 4 << 20) == 0)
        #expect(FileDoubt(aboutSpaceOf: path) == .holes)
    }
}
