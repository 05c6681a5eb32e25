import DICOM
import Foundation
import Reports
import TestSupport
import Testing

/// What DCMTK and dicom3tools say of the documents.
@Suite struct JudgeTests {
    /// Every document of one reply.
    private func documents(isPreliminary: Bool = false) throws -> [String: [UInt8]] {
        let images = try (1...4).map { try Fixtures.image($0) }
        let study = try #require(StudyModules(of: images[0].dataSet))
        let report = try Fixtures.report(images, isPreliminary: isPreliminary)
        let identity = DocumentIdentity()
        let structured = try StructuredReport.file(report, of: study, identity: identity)
        let source = try ImageReference(DICOMFile(bytes: structured, name: "sr").dataSet)
        return [
            "sr.dcm": structured,
            "pdf.dcm": try EncapsulatedPDF.file(
                try TypesetReport(report, of: study).pdf, report, of: study, identity: DocumentIdentity(), source: source),
            "kos.dcm": try #require(try KeyObjects.file(report, of: study, identity: DocumentIdentity())),
            "key.dcm": try KeyImage.file(of: images[0], report, study: study, identity: DocumentIdentity(), number: 1),
        ]
    }

    @Test(.needs("dciodvfy"), arguments: [false, true]) func dicom3toolsAcceptsEveryDocument(isPreliminary: Bool) async throws {
        let folder = try TemporaryFolder()
        let classes = [
            "sr.dcm": "BasicTextSR", "pdf.dcm": "EncapsulatedPDF", "kos.dcm": "KeyObjectSelectionDocument", "key.dcm": "SCImage",
        ]
        for (name, bytes) in try documents(isPreliminary: isPreliminary) {
            let said = try await ForeignPrograms.run("dciodvfy", [folder.write(bytes, as: name)])
            let lines = (said.output + said.errors).split(separator: "\n").map(String.init)
            #expect(lines.contains(try #require(classes[name])), "\(name): \(lines)")
            #expect(lines.filter { $0.hasPrefix("Error") }.isEmpty, "\(name): \(lines)")
            #expect(said.status == 0, "\(name)")
        }
    }

    /// What DCMTK has to say, but for its remarks on what it does not check.
    private func complaints(_ finished: Finished) -> [Substring] {
        finished.errors.split(separator: "\n").filter { line in
            !["VR checker does not support", "template constraints not yet supported"].contains { line.contains($0) }
        }
    }

    @Test(.needs("dsrdump", "dsr2html")) func dcmtkReadsTheReport() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(documents()["sr.dcm"] ?? [], as: "sr.dcm")
        let dump = try await ForeignPrograms.run("dsrdump", ["+Pl", "+U8", path])
        #expect(dump.status == 0 && complaints(dump).isEmpty, "\(complaints(dump))")
        for words in ["Müller^Anna", "Alte Rippenfraktur links.", "Lee^Robin", "CT Report", "肺炎", "VERIFIED"] {
            #expect(dump.output.contains(words), "\(words) in \(dump.output)")
        }
        let page = try await ForeignPrograms.run("dsr2html", ["+U8", path])
        #expect(page.status == 0, "\(page.errors)")
        #expect(page.output.contains("Kein frischer Befund."))
        let keyObjects = try await ForeignPrograms.run("dsrdump", [folder.write(documents()["kos.dcm"] ?? [], as: "kos.dcm")])
        #expect(keyObjects.status == 0 && complaints(keyObjects).isEmpty, "\(complaints(keyObjects))")
        #expect(keyObjects.output.contains("Of Interest"))
    }

    @Test(.needs("pdftotext", "pdfinfo")) func popplerReadsThePDF() async throws {
        let folder = try TemporaryFolder()
        let file = try DICOMFile(bytes: documents()["pdf.dcm"] ?? [], name: "pdf.dcm")
        let path = try folder.write(#require(EncapsulatedPDF.pdf(in: file.dataSet)), as: "report.pdf")
        let text = try await ForeignPrograms.run("pdftotext", ["-layout", path, "-"]).output
        for words in ["Müller Anna", "Kein Pneumothorax.", "Radiologie Süd", "Report, version 2, corrected", "Critical, category 1"] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
        let facts = try await ForeignPrograms.run("pdfinfo", [path]).output
        #expect(facts.contains("JavaScript:      no") && facts.contains("Encrypted:       no"))
    }
}
