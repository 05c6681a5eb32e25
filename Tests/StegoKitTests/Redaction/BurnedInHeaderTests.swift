import DICOM
import Testing

@testable import StegoKit

/// What a header says about text in the pixels.
@Suite struct BurnedInHeaderTests {
    private func header(_ file: WrittenFile = WrittenFile(), _ elements: [DataElement] = [], _ syntax: TransferSyntax? = nil) throws
        -> BurnedInHeader
    {
        var file = file
        file.extra = elements
        let parsed = try DICOMFile(bytes: file.bytes(), name: "written")
        return BurnedInHeader(parsed.dataSet, try file.description(), syntax ?? file.syntax)
    }

    private func text(_ tag: DICOM.Tag, _ values: String...) -> DataElement { DataElement(tag, .CS, strings: values) }

    @Test func documentsAreFilledWhole() throws {
        for elements in [
            [text(.conversionType, "DF")], [text(.conversionType, "SD")], [text(.modality, "DOC")],
            [text(.imageType, "DERIVED", "SECONDARY", "SCREEN SAVE")], [text(.imageType, "ORIGINAL", "PRIMARY", "CSA REPORTDATA")],
            [text(.imageType, "DERIVED", "SECONDARY"), DataElement(.seriesDescription, .LO, strings: ["Dose Report"])],
        ] {
            #expect(try header(WrittenFile(), elements).documentReason != nil, "\(elements)")
        }
        #expect(try header().documentReason == nil)
        // What a scanner calls its series does not make a slice a report.
        #expect(try header(WrittenFile(), [DataElement(.seriesDescription, .LO, strings: ["THORAX PROTOCOL"])]).documentReason == nil)
    }

    @Test func suspicionFollowsTheHeader() throws {
        #expect(try header().suspicion == .unsuspected)
        #expect(try header(WrittenFile(), [text(.burnedInAnnotation, "NO")]).suspicion == .unsuspected)
        #expect(try header(WrittenFile(), [text(.imageType, "DERIVED", "SECONDARY")]).suspicion == .suspected)
        #expect(try header(WrittenFile(), [text(.conversionType, "WSD")]).suspicion == .suspected)
        #expect(try header(WrittenFile(), [DataElement(DICOM.Tag(0x0018, 0x1018), .LO, strings: ["grabber"])]).suspicion == .suspected)
        #expect(try header(WrittenFile(), [text(.modality, "XA")]).suspicion == .suspected)
        #expect(try header(WrittenFile(), [text(.modality, "NM")]).suspicion == .counts)
        #expect(try header(WrittenFile(), [text(.modality, "US")]).suspicion == .suspected)
        #expect(try header(WrittenFile(bitsAllocated: 8, bitsStored: 8), [text(.modality, "US")]).suspicion == .blurred)
        #expect(try header(WrittenFile(), [text(.lossyImageCompression, "01")]).suspicion == .blurred)
        #expect(try header(WrittenFile(), [], .jpegBaseline).suspicion == .blurred)
        #expect(try header(WrittenFile(), [], .jpegLSNearLossless).suspicion == .blurred)
        #expect(try header(WrittenFile(), [text(.sopClassUID, "1.2.840.10008.5.1.4.1.1.66.4")]).suspicion == .none)
    }

    @Test func textIsProbableWhereItUsuallyIs() throws {
        #expect(try !header().isProbable)
        for element in [text(.modality, "US"), text(.burnedInAnnotation, "YES"), text(.sopClassUID, "1.2.840.10008.5.1.4.1.1.7.4")] {
            #expect(try header(WrittenFile(), [element]).isProbable)
        }
    }
}
