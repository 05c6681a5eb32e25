import Basics
import CTypesetting
import DICOM
import Foundation

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

/// The report as PDF, set from its text by Pango and Cairo: any script that the machine has a font for, and right-to-left.
public struct TypesetReport: Sendable {
    public let pdf: [UInt8]
    /// Characters that no font of this machine has; the PDF shows boxes for them.
    public let unknownCharacters: Int

    /// - Throws: `OperationFailure` `.temporary` when there is no memory for it.
    public init(_ report: Report, of study: StudyModules) throws(OperationFailure) {
        let heading = StudyHeading(DataSet(study.elements))
        let patient = [heading.patientName?.replacing("^", with: " "), study.text(.patientBirthDate), heading.patientID]
        let header = patient.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
        let about = [heading.studyDescription, study.text(.studyDate), study.text(.accessionNumber)].compactMap(\.self).joined(
            separator: " · ")
        let signature = "\(report.author), \(report.organization), \(report.time.formatted(.iso8601))"
        var paragraphs: [(String, CTypesetting_style)] = [(report.title, CTypesetting_title)]
        if !about.isEmpty { paragraphs.append((about, CTypesetting_body)) }
        if let urgency = report.urgency { paragraphs.append((urgency, CTypesetting_heading)) }
        for part in report.text.parts {
            paragraphs.append((part.section.concept.meaning, CTypesetting_heading))
            // A paragraph of Pango's is as long as its longest run of lines without an empty one.
            paragraphs += part.text.split(separator: "\n\n").map { (String($0), CTypesetting_body) }
        }
        paragraphs.append((signature, CTypesetting_body))
        try self.init(paragraphs, header: header, footer: report.title, title: report.title, author: report.author, time: report.time)
    }

    private init(
        _ paragraphs: [(text: String, style: CTypesetting_style)], header: String, footer: String, title: String, author: String,
        time: Date
    ) throws(OperationFailure) {
        let buffers = paragraphs.map { Self.copied($0.text) }
        let lines = [header, footer, title, author, time.formatted(.iso8601)].map(Self.copied)
        defer { for buffer in buffers + lines { buffer.deallocate() } }
        let items = zip(paragraphs, buffers).map {
            CTypesetting_paragraph(text: UnsafePointer($1.baseAddress), byte_count: $1.count - 1, style: $0.style)
        }
        var answer = CTypesetting_pdf()
        // All pointers are into buffers that live until this function returns; the callee keeps none.
        items.withUnsafeBufferPointer { items in
            func line(_ index: Int) -> UnsafePointer<CChar>? { UnsafePointer(lines[index].baseAddress) }
            var document = CTypesetting_document(
                paragraphs: items.baseAddress, count: items.count, header: line(0), footer: line(1), title: line(2), author: line(3),
                created: line(4))
            CTypesetting_set(&document, &answer)
        }
        defer { CTypesetting_free(&answer) }
        guard let bytes = answer.bytes else {
            let reason = withUnsafeBytes(of: answer.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw OperationFailure(.temporary, "the report could not be set as PDF: \(reason)")
        }
        pdf = Array(UnsafeBufferPointer(start: bytes, count: answer.count))
        unknownCharacters = Int(answer.unknown_glyphs)
    }

    /// The text's bytes and a zero byte. Zero bytes in it end it, which ``ReportText`` and names exclude.
    private static func copied(_ text: String) -> UnsafeMutableBufferPointer<CChar> {
        let bytes = text.utf8.filter { $0 != 0 }
        let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
        _ = buffer.initialize(from: bytes.map { CChar(bitPattern: $0) } + [0])
        return buffer
    }
}
