import Basics
import Concurrency
import DICOM
import Files
import Foundation
import Protocol
import Testing

@testable import Sending

@Suite struct StudyScannerTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "veilray-test-\(UUID().uuidString)").path

    private func write(_ bytes: [UInt8], as name: String) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// An object without pixels.
    private func object(study: String?, instance: Int = 1) throws -> [UInt8] {
        var dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.88.11"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.9.\(instance)"]),
        ])
        if let study { dataSet.set(DataElement(.studyInstanceUID, .UI, strings: [study])) }
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none)
    }

    private func scan() async throws -> StudyScanner.Findings {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try FileFinder.files(below: [folder])
        return try await StudyScanner(pool: WorkerPool(label: "test", width: 3)).scan(files)
    }

    @Test func mixedStudiesAreGroupedInTheOrderFound() async throws {
        for number in 1...9 { try write(object(study: "2.25.\(number % 3)", instance: number), as: "\(number).dcm") }
        let findings = try await scan()
        #expect(findings.studies.map(\.studyUID) == ["2.25.1", "2.25.2", "2.25.0"])
        #expect(
            findings.studies.map { $0.instances.map(\.name) } == [
                ["1.dcm", "4.dcm", "7.dcm"], ["2.dcm", "5.dcm", "8.dcm"], ["3.dcm", "6.dcm", "9.dcm"],
            ])
        #expect(findings.rejected.isEmpty)
    }

    @Test func whatGoesIntoTheManifest() async throws {
        let bytes = try object(study: "2.25.1")
        try write(bytes, as: "series/image.dcm")
        let instance = try #require(try await scan().studies.first?.instances.first)
        #expect(instance.path == "\(folder)/series/image.dcm")
        let digest = ContentDigest(of: bytes)
        #expect(try instance.entry == ManifestEntry(path: "series/image.dcm", byteCount: UInt64(bytes.count), digest: digest))
    }

    /// A structure set filed under a study of its own serves the images beside it.
    @Test func annotationsAreFoundForAllStudies() async throws {
        try write(object(study: "2.25.1"), as: "image.dcm")
        let structures = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.481.3"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.9.9"]), DataElement(.studyInstanceUID, .UI, strings: ["2.25.2"]),
        ])
        try write(
            DICOMWriter.write(dataSet: structures, transferSyntax: .explicitLittleEndian, pixels: .none), as: "structures.dcm")
        let findings = try await scan()
        #expect(findings.studies.map(\.annotationFiles) == [["\(folder)/structures.dcm"], ["\(folder)/structures.dcm"]])
        #expect(findings.studies.map { $0.instances.map(\.isAnnotation) } == [[false], [true]])
    }

    @Test func filesWithoutAStudyAreOneStudy() async throws {
        for number in 1...2 { try write(object(study: nil, instance: number), as: "\(number)") }
        #expect(try await scan().studies.map(\.studyUID) == [PublicHeader.studyIdentifier(of: DataSet())])
    }

    @Test func rejectsDoNotStopTheOthers() async throws {
        try write(object(study: "2.25.1"), as: "good.dcm")
        try write(Array("This is a letter.".utf8), as: "letter.txt")
        try write([], as: "empty")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/dangling", withDestinationPath: "nowhere")
        let findings = try await scan()
        #expect(findings.studies.map { $0.instances.map(\.name) } == [["good.dcm"]])
        #expect(findings.rejected.map(\.name) == ["dangling", "empty", "letter.txt"])
        #expect(findings.rejected.map(\.cause) == [.unreadable, .badData, .foreign], "an empty file may have been an image")
        for file in findings.rejected {
            #expect(!file.reason.isEmpty)
            #expect(!file.reason.contains(folder), "\(file.reason)")
            #expect(!file.reason.contains(file.name), "\(file.reason)")
        }
    }

    /// The directory of a disc: Media Storage Directory Storage, without a study.
    private func directory() throws -> [UInt8] {
        let dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.1.3.10"]), DataElement(.sopInstanceUID, .UI, strings: ["2.25.8"]),
        ])
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none)
    }

    /// A patient's disc: what is no image is nobody's mistake.
    private func writeDisc() throws {
        try write(object(study: "2.25.1"), as: "IMAGES/IM0001")
        try write(Array("[autorun]\r\nopen=viewer.exe\r\n".utf8), as: "AUTORUN.INF")
        try write(Array("MZ".utf8) + Array(repeating: 0x90, count: 5000), as: "VIEWER/viewer.exe")
        try write(Array("<html><body>Open the viewer.</body></html>".utf8), as: "README.HTM")
        try write([0xFF, 0xD8, 0xFF, 0xE0] + Array(repeating: 0x55, count: 300), as: "logo.jpg")
        try write(directory(), as: "DICOMDIR")
    }

    @Test func whatLiesBesideTheImagesIsForeign() async throws {
        try writeDisc()
        let findings = try await scan()
        #expect(findings.studies.map { $0.instances.map(\.name) } == [["IMAGES/IM0001"]])
        #expect(Set(findings.rejected.map(\.cause)) == [.foreign], "\(findings.rejected)")
        #expect(findings.rejected.count == 5)
    }

    @Test func whatWasNamedIsMeant() async throws {
        try writeDisc()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try FileFinder.files(below: ["\(folder)/AUTORUN.INF", "\(folder)/DICOMDIR"])
        let findings = try await StudyScanner(pool: WorkerPool(label: "test", width: 1)).scan(files)
        #expect(findings.studies.isEmpty)
        #expect(findings.rejected.map(\.cause) == [.badData, .badData])
    }

    /// These were meant to be images.
    @Test func damagedImagesAreNotForeign() async throws {
        let image = try object(study: "2.25.1")
        try write(Array(image.prefix(150)), as: "cut")
        try write(Array(repeating: 0, count: 1000), as: "zeros")
        try write(Array("not DICOM".utf8), as: "image.dcm")
        try write([8, 0, 5, 0] + Array("CS".utf8) + [0xFF, 0xFF], as: "without-preamble")
        let findings = try await scan()
        #expect(findings.rejected.map(\.cause) == [.badData, .badData, .badData, .badData])
    }

    @Test func whoseStudyItIs() async throws {
        var dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.88.11"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.9.1"]), DataElement(.studyInstanceUID, .UI, strings: ["2.25.1"]),
        ])
        dataSet.set(DataElement(.patientName, .PN, strings: ["Synthetic^Patient"]))
        dataSet.set(DataElement(.patientID, .LO, strings: ["SYN-1"]))
        dataSet.set(DataElement(.studyDate, .DA, strings: ["20260102"]))
        try write(DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none), as: "series/a")
        let subject = try #require(try await scan().studies.first?.subject)
        #expect(subject.folder == "\(folder)/series")
        #expect(subject.description == "Synthetic^Patient, SYN-1, 20260102")
    }

    @Test func aNameThatIsNoTextIsTold() async throws {
        try write(object(study: "2.25.1"), as: "good.dcm")
        let bytes = try object(study: "2.25.1", instance: 2)
        let name = Array("\(folder)/bad-".utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
        let descriptor = open(name, O_WRONLY | O_CREAT, 0o600)
        try #require(Foundation.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        let findings = try await scan()
        #expect(findings.studies.map { $0.instances.map(\.name) } == [["good.dcm"]])
        #expect(
            findings.rejected == [
                RejectedFile(name: "bad-\u{FFFD}", cause: .unreadable, reason: "its name is not valid UTF-8; rename it")
            ])
    }

    /// The path is longer than a manifest takes: this file stays behind, the others go.
    @Test func aNameThatCannotTravel() async throws {
        let part = String(repeating: "d", count: 200)
        try write(object(study: "2.25.1"), as: Array(repeating: part, count: 6).joined(separator: "/"))
        try write(object(study: "2.25.1", instance: 2), as: "short.dcm")
        let findings = try await scan()
        #expect(findings.studies.map { $0.instances.map(\.name) } == [["short.dcm"]])
        #expect(findings.rejected.map(\.cause) == [.badData])
    }
}
