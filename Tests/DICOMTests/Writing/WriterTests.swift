import Foundation
import TestSupport
import Testing

@testable import DICOM

@Suite struct WriterTests {
    @Test func everyByteOfASmallFile() throws {
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.3")
        dataSet.set(.sopInstanceUID, .UI, "1.2.4")
        dataSet.set(.patientName, .PN, "Odd")
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian)
        #expect(bytes[..<128].allSatisfy { $0 == 0 } && Array(bytes[128..<132]) == Array("DICM".utf8))
        let tail: [UInt8] = [
            0x08, 0x00, 0x16, 0x00, 0x55, 0x49, 6, 0, 0x31, 0x2E, 0x32, 0x2E, 0x33, 0,
            0x08, 0x00, 0x18, 0x00, 0x55, 0x49, 6, 0, 0x31, 0x2E, 0x32, 0x2E, 0x34, 0,
            0x10, 0x00, 0x10, 0x00, 0x50, 0x4E, 4, 0, 0x4F, 0x64, 0x64, 0x20,
        ]
        #expect(Array(bytes.suffix(tail.count)) == tail)
        let file = try DICOMFile(bytes: bytes, name: "")
        #expect(file.metaInformation.integer(.fileMetaInformationGroupLength) == bytes.count - tail.count - 132 - 12)
        #expect(file.metaInformation.string(.implementationVersionName) == "VEILRAY_1")
    }

    @Test func sameInputSameBytes() throws {
        #expect(try Fixture.file() == Fixture.file())
    }

    @Test func constantsAreWhatTheDocumentationSays() {
        #expect(UniqueIdentifier.isValid(DICOMWriter.implementationClassUID))
        #expect(DICOMWriter.implementationClassUID.hasPrefix("2.25."))
        #expect(DICOMWriter.implementationClassUID == "2.25.292895995380697989907628523462152905700")
    }

    @Test func refusals() throws {
        let write = { (dataSet: DataSet, syntax: TransferSyntax, pixels: DICOMWriter.Pixels) in
            code { _ = try DICOMWriter.write(dataSet: dataSet, transferSyntax: syntax, pixels: pixels) }
        }
        #expect(write(DataSet(), .explicitLittleEndian, .none) == .invalidValue)
        #expect(write(Fixture.dataSet(), .jpeg2000Lossless, .native([1])) == .unsupportedTransferSyntax)
        #expect(write(Fixture.dataSet(), .implicitLittleEndian, .none) == .unsupportedTransferSyntax)
        var long = Fixture.dataSet()
        long.set(.studyID, .SH, String(repeating: "x", count: 70_000))
        #expect(write(long, .explicitLittleEndian, .none) == .invalidValue)
        var latin = Fixture.dataSet()
        latin.set(DataElement(.patientName, .PN, bytes: [0x4D, 0xFC, 0x6C]))
        #expect(write(latin, .explicitLittleEndian, .none) == .invalidValue)
        var unicode = Fixture.dataSet()
        unicode.set(.patientName, .PN, "Müller")
        #expect(write(unicode, .explicitLittleEndian, .none) == nil)
    }

    @Test func unicodeIsDeclared() throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(.patientName, .PN, "Müller^Jürgen")
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
        #expect(file.dataSet.string(.specificCharacterSet) == "ISO_IR 192")
        #expect(file.dataSet.string(.patientName) == "Müller^Jürgen")
    }

    @Test(.needsCorpus) func whatIsReadIsWrittenAgain() throws {
        for name in Corpus.varied {
            let file = try Corpus.file(name)
            guard file.dataSet.uid(.sopClassUID) != nil, file.dataSet.uid(.sopInstanceUID) != nil, file.pixels == nil,
                let bytes = try? DICOMWriter.write(dataSet: file.dataSet, transferSyntax: .explicitLittleEndian)
            else { continue }
            let again = try DICOMFile(bytes: bytes, name: file.name)
            #expect(PydicomComparisonTests.lines(again.dataSet, "") == PydicomComparisonTests.lines(file.dataSet, ""), "\(file.name)")
        }
    }

    @Test func privateBytesComeBackExactly() throws {
        for count in [0, 1, 2, 255, 70_001] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            var dataSet = Fixture.dataSet()
            dataSet.set(Tag(0x5653, 0x0010), .LO, "SOMEONE ELSE")
            try dataSet.setPrivateBytes(bytes, creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 0x02)
            let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
            #expect(file.dataSet.privateBytes(creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 0x02) == bytes)
            #expect(file.dataSet[Tag(0x5653, 0x1102)]?.vr == .OB)
            #expect(file.dataSet.privateBytes(creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 0x03) == nil)
            #expect(file.dataSet.privateBytes(creator: "SOMEONE ELSE", group: VeilrayPrivate.group, element: 0x02) == nil)
        }
    }

    @Test func privateBytesWithAWrongLengthAreNotBelieved() throws {
        var dataSet = DataSet()
        try dataSet.setPrivateBytes([1, 2, 3], creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 1)
        dataSet.set(DataElement(Tag(0x5653, 0x1001), .OB, bytes: [9, 0, 0, 0, 1, 2]))
        #expect(dataSet.privateBytes(creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 1) == nil)
    }
}
