import Basics
import DICOM
import Foundation
import Reports
import SeededRandomness
import TestSupport
import Testing

@Suite struct DocumentTests {
    private func dataSet(_ bytes: [UInt8]) throws -> DataSet { try DICOMFile(bytes: bytes, name: "document").dataSet }

    @Test func documentsBelongToTheStudy() throws {
        let images = try (1...3).map { try Fixtures.image($0) }
        let study = try #require(StudyModules(of: images[0].dataSet))
        let identity = DocumentIdentity()
        let report = try dataSet(StructuredReport.file(Fixtures.report(images), of: study, identity: identity))
        #expect(report.uid(.studyInstanceUID) == Fixtures.studyUID)
        #expect(report.uid(.sopInstanceUID) == identity.instanceUID && report.uid(.seriesInstanceUID) == identity.seriesUID)
        #expect(report.string(.patientID) == "0815" && report.string(.accessionNumber) == "A77" && report.string(.studyDate) == "20261120")
        #expect(report.string(.patientName) == "Müller^Anna" && report.string(.specificCharacterSet) == "ISO_IR 192")
        // Type 2, and missing in the images.
        #expect(report[.studyID]?.isEmpty == true)
        // Three images of two series.
        let evidence = report.items(Tag(0x0040, 0xA375))
        #expect(evidence.count == 1 && evidence.first?.items(Tag(0x0008, 0x1115)).count == 2)
    }

    /// Bytes that are ASCII or UTF-8 already stay as they are.
    @Test func patientsAreTakenByteByByte() throws {
        let name = Array("Ōno^Yuki=小野^雪".utf8)
        let image = try Fixtures.image(1) {
            $0.set(.specificCharacterSet, .CS, "ISO_IR 192")
            $0.set(DataElement(.patientName, .PN, bytes: name))
        }
        let study = try #require(StudyModules(of: image.dataSet))
        let report = try dataSet(StructuredReport.file(Fixtures.report([image]), of: study, identity: DocumentIdentity()))
        #expect(report[.patientName]?.strings == [String(decoding: name, as: UTF8.self)] && study.unreadable.isEmpty)
    }

    /// Names in other character sets, as PS3.5 annexes H, I and K have them.
    @Test(
        arguments: [
            (
                ["", "ISO 2022 IR 87"],
                [0x59, 0x61, 0x6D, 0x61, 0x64, 0x61, 0x3D, 0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42],
                "Yamada=山田"
            ),
            (["", "ISO 2022 IR 149"], [0x48, 0x6F, 0x6E, 0x67, 0x3D, 0x1B, 0x24, 0x29, 0x43, 0xFB, 0xF3], "Hong=洪"),
            (["GB18030"], [0x57, 0x61, 0x6E, 0x67, 0x3D, 0xCD, 0xF5], "Wang=王"), (["ISO_IR 144"], [0xBB, 0xEE, 0xDA, 0x63, 0xE0], "Люкcр"),
        ] as [([String], [UInt8], String)])
    func namesInOtherCharacterSets(set: [String], bytes: [UInt8], text: String) throws {
        #expect(CharacterSet(set).text(bytes) == text)
        let image = try Fixtures.image(1) {
            $0.set(.specificCharacterSet, .CS, strings: set[0].isEmpty ? ["ISO_IR 6"] + set.dropFirst() : set)
            $0.set(DataElement(.patientName, .PN, bytes: bytes))
        }
        let study = try #require(StudyModules(of: image.dataSet))
        #expect(study.text(.patientName) == text)
    }

    @Test func whatCannotBeReadIsTold() throws {
        let image = try Fixtures.image(1) { $0.set(.specificCharacterSet, .CS, "ISO_IR 999") }
        let study = try #require(StudyModules(of: image.dataSet))
        #expect(study.unreadable == [.patientName] && study.text(.patientName) == "M?ller^Anna")
        #expect(CharacterSet(["ISO_IR 192"]).text([0xFF, 0xFE]) == nil)
        #expect(CharacterSet([]).text([0xFC]) == nil)
    }

    @Test func theTextIsCarriedByteByByte() throws {
        let images = [try Fixtures.image(1)]
        let study = try #require(StudyModules(of: images[0].dataSet))
        let report = try Fixtures.report(images)
        let structured = try dataSet(StructuredReport.file(report, of: study, identity: DocumentIdentity()))
        let key = try dataSet(
            KeyImage.file(of: images[0], report, study: study, identity: DocumentIdentity(), number: 1))
        for document in [structured, key] {
            #expect(CarriedText.bytes(in: document).map { ContentDigest(of: $0) } == report.text.digest)
        }
        #expect(CarriedText.bytes(in: images[0].dataSet) == nil)
    }

    @Test func keyImagesKeepTheirSamples() throws {
        let image = try Fixtures.image(1)
        let study = try #require(StudyModules(of: image.dataSet))
        let report = try Fixtures.report([image])
        let bytes = try KeyImage.file(of: image, report, study: study, identity: DocumentIdentity(), number: 1)
        let key = try DICOMFile(bytes: bytes, name: "key")
        #expect(key.expanded[try #require(key.pixelDataRange)] == image.expanded[try #require(image.pixelDataRange)])
        #expect(key.dataSet.uid(.sopInstanceUID) != image.dataSet.uid(.sopInstanceUID))
        // Frames are named where there are several.
        #expect(try ImageReference(Fixtures.image(2, frames: 3).dataSet, frames: [2])?.frames == [2])
        #expect(ImageReference(image.dataSet, frames: [1])?.frames == [])
        // Of several frames the one that is meant.
        let many = try Fixtures.image(2, frames: 3)
        let second = try DICOMFile(
            bytes: KeyImage.file(of: many, frame: 2, report, study: study, identity: DocumentIdentity(), number: 2), name: "key")
        let frames = many.expanded[try #require(many.pixelDataRange)]
        #expect(second.expanded[try #require(second.pixelDataRange)] == frames.dropFirst(2_048).prefix(2_048))
        #expect(throws: DICOMError.self) {
            try KeyImage.file(of: many, frame: 4, report, study: study, identity: DocumentIdentity(), number: 1)
        }
    }

    @Test func aPDFComesBackAsItIs() throws {
        let image = try Fixtures.image(1)
        let study = try #require(StudyModules(of: image.dataSet))
        var generator = SplitMix64(seed: 3)
        for count in [40, 41] {
            let pdf = Array("%PDF-1.4\n".utf8) + generator.bytes(count) + Array("\n%%EOF".utf8)
            try EncapsulatedPDF.check(pdf, name: "mine.pdf")
            let file = try EncapsulatedPDF.file(pdf, Fixtures.report([image]), of: study, identity: DocumentIdentity(), source: nil)
            #expect(try EncapsulatedPDF.pdf(in: dataSet(file)) == pdf)
        }
        #expect(EncapsulatedPDF.pdf(in: image.dataSet) == nil)
    }

    @Test(arguments: ["", "%PDF", "PK\u{3}\u{4}", "<html>%PDF-1.4 %%EOF", "%PDF-1.7\nand no end"])
    func whatIsNoPDFIsRefused(text: String) {
        #expect(throws: OperationFailure.self) { try EncapsulatedPDF.check(Array(text.utf8), name: "x") }
    }

    @Test func aLongReportHasPages() throws {
        let image = try Fixtures.image(1)
        let study = try #require(StudyModules(of: image.dataSet))
        let line = "Befund: " + String(repeating: "Lungenfeld frei. ", count: 20) + "\n\n"
        let pdf = try TypesetReport(Fixtures.report([image], text: String(repeating: line, count: 200)), of: study)
        try EncapsulatedPDF.check(pdf.pdf, name: "made")
        #expect(pdf.unknownCharacters == 0)
        #expect(try TypesetReport(Fixtures.report([image], text: "\u{1F9EC}\u{10A40}"), of: study).unknownCharacters > 0)
    }
}
