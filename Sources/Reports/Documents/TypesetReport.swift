import Basics
import CTypesetting
import DICOM
import Foundation

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
