import DICOM
import Foundation
import Testing

@testable import Demonstration

@Suite struct ReportTests {
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "veilray-report-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileSystem.write(Array(text.utf8), to: path)
        try body(path)
    }

    @Test func eventsMayHaveFieldsNobodyAskedFor() throws {
        try withFile(#"{"event":"instance","name":"a.dcm","psnr":null,"colour":"blue"}"# + "\n" + #"{"event":"summary"}"# + "\n") { path in
            let events = try SenderLine.read(path)
            #expect(events.map(\.event) == ["instance", "summary"])
            #expect(events[0].name == "a.dcm")
            #expect(events[0].psnr == nil)
        }
    }

    @Test func aLineThatIsNoEventIsNamed() throws {
        try withFile(#"{"event":"summary"}"# + "\nnonsense\n") { path in
            #expect {
                try SenderLine.read(path)
            } throws: {
                guard let error = $0 as? DemonstrationError else { return false }
                return error.code == .malformed && error.reason.hasPrefix("Line 2 ") && error.file == path
            }
        }
    }

    @Test func verdictsKeepNamesWithBlanksAndTabs() throws {
        try withFile("identical\ta b.dcm\nDIFFERENT\tc\td.dcm\n") { path in
            let verdicts = try Verdicts(reading: path)
            #expect(verdicts["a b.dcm"] == "identical")
            #expect(verdicts["c\td.dcm"] == "DIFFERENT")
            #expect(verdicts["other"] == nil)
        }
    }

    @Test func aVerdictWithoutANameIsAnError() throws {
        try withFile("identical\n") { path in
            #expect(throws: DemonstrationError.self) { try Verdicts(reading: path) }
        }
    }

    @Test func identifyingValuesAreFoundInItemsAndChanceOnesLeftOut() {
        var item = DataSet()
        item.set(Tag(0x0008, 0x0090), .PN, "REFERRER^ANN")
        var dataSet = DataSet()
        dataSet.set(.patientName, .PN, "LONGNAME^AL=OTHER^NAME")
        dataSet.set(.patientID, .LO, "1234567")
        dataSet.set(.patientBirthDate, .DA, "19690723")
        dataSet.set(.accessionNumber, .SH, "ACC-1")
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        dataSet.set(.sopInstanceUID, .UI, "2.25.12345")
        dataSet.set(.modality, .CS, "CTCTCT")
        dataSet.set(Tag(0x0040, 0x0275), sequence: [item])
        var values: Set<[UInt8]> = []
        IdentifyingValues.collect(from: dataSet, into: &values)
        let expected = ["LONGNAME^AL=OTHER^NAME", "LONGNAME", "OTHER", "19690723", "ACC-1", "2.25.12345", "REFERRER^ANN", "REFERRER"]
        #expect(values == Set(expected.map { Array($0.utf8) }))
    }
}
