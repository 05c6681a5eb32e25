import Basics
import DICOM

/// A PDF as a DICOM object (PS3.3 §A.45.1).
public enum EncapsulatedPDF {
    public static let sopClass = "1.2.840.10008.5.1.4.1.1.104.1"
    /// 64 MiB.
    public static let maximumByteCount = 64 << 20

    /// Makes sure that bytes are a whole PDF: a header at the beginning and an end mark at the end (ISO 32000-1 §7.5.2, §7.5.5).
    ///
    /// - Throws: `OperationFailure` `.badData`
    public static func check(_ pdf: [UInt8], name: String) throws(OperationFailure) {
        guard pdf.count <= maximumByteCount else {
            throw OperationFailure(.badData, "\(name) has more than \(maximumByteCount >> 20) MiB, which is too much for a report")
        }
        // What some programs put in front is tolerated by readers, but is no reason to send it on.
        guard pdf.starts(with: "%PDF-".utf8) else { throw OperationFailure(.badData, "\(name) is no PDF") }
        guard pdf.suffix(1_024).lastRange(of: Array("%%EOF".utf8)) != nil else {
            throw OperationFailure(.badData, "\(name) is a PDF without its end; save it again")
        }
    }

    /// - Parameters:
    ///   - pdf: what ``check(_:name:)`` accepts; it is kept as it is.
    ///   - source: the structured report that says the same; `nil` where the PDF is the radiologist's own.
    /// - Throws: `DICOMError`
    public static func file(
        _ pdf: [UInt8], _ report: Report, of study: StudyModules, identity: DocumentIdentity, source: ImageReference?
    ) throws -> [UInt8] {
        var header = DocumentHeader(
            study, sopClass: sopClass, identity: identity, modality: "DOC", seriesNumber: DocumentHeader.firstSeriesNumber + 1,
            description: report.title, time: report.time)
        header.dataSet.set(.conversionType, .CS, "WSD")
        header.dataSet.set(.burnedInAnnotation, .CS, "YES")
        header.dataSet.set(.acquisitionDateTime, .DT, "")
        header.dataSet.set(.documentTitle, .ST, DICOMText.long(report.title))
        header.dataSet.set(.conceptNameCodeSequence, sequence: [CodedConcept.title(modality: study.modality).item])
        header.dataSet.set(.mimeTypeOfEncapsulatedDocument, .LO, "application/pdf")
        header.dataSet.set(DataElement(.encapsulatedDocument, .OB, bytes: pdf))
        header.dataSet.set(.encapsulatedDocumentLength, .UL, integers: [pdf.count])
        if let source { header.dataSet.set(.sourceInstanceSequence, sequence: [source.sopItem]) }
        return try header.file()
    }

    /// The PDF in an object, without padding; `nil` when there is none.
    public static func pdf(in dataSet: DataSet) -> [UInt8]? {
        guard dataSet.uid(.sopClassUID) == sopClass, let bytes = dataSet[.encapsulatedDocument]?.bytes, !bytes.isEmpty else { return nil }
        guard let count = dataSet.integer(.encapsulatedDocumentLength), (0...bytes.count).contains(count) else { return Array(bytes) }
        return Array(bytes.prefix(count))
    }
}
