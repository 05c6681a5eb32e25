import Basics
import DICOM
import Files
import Foundation
import Protocol
import Reports

/// The documents of one reply: what travels, and what the radiologist keeps.
struct ReplyDocuments {
    /// Files that travel, by name.
    private(set) var files: [(name: String, bytes: [UInt8])] = []
    /// The text of `report.txt` at the clinic.
    let text: ReportText
    /// The structured report, for the next version.
    let structured: ImageReference
    /// The remarks that a person should know.
    private(set) var remarks: [String] = []

    /// - Throws: `OperationFailure` for a reply that cannot be sent; `DICOMError`, `FileError`.
    init(
        _ request: ReplyRequest, title: String, urgency: String?, organization: String, time: Date, study: AnsweredStudy,
        contents: AnsweredStudy.Contents, predecessor: ImageReference?
    ) throws {
        if let pdf = request.pdf { try EncapsulatedPDF.check(pdf.bytes, name: pdf.name) }
        try Self.check(request.documents, against: contents.modules)
        text = try ReportText(request.text ?? Array(Self.words(for: request).utf8))
        let images = try request.keyImages.map { wanted in
            let path = try study.path(meantBy: wanted.path)
            return (file: try DICOMFile(bytes: WholeFile.read(path), name: path), frames: wanted.frames)
        }
        let report = Report(
            text: text, author: request.author, organization: organization, time: time, isPreliminary: request.status == .preliminary,
            title: title, urgency: urgency, language: request.language.map(Self.language),
            keyImages: try images.map { try Self.reference($0.file, $0.frames) }, evidence: contents.images, predecessor: predecessor)
        let identity = DocumentIdentity()
        structured = ImageReference(
            studyUID: contents.modules.studyUID, seriesUID: identity.seriesUID, sopClassUID: StructuredReport.sopClass,
            sopInstanceUID: identity.instanceUID)
        files.append(("sr.dcm", try StructuredReport.file(report, of: contents.modules, identity: identity)))
        try addPDF(request, report, contents.modules)
        if let keyObjects = try KeyObjects.file(report, of: contents.modules, identity: DocumentIdentity()) {
            files.append(("kos.dcm", keyObjects))
        }
        try addKeyImages(images, report, contents.modules)
        for (index, document) in request.documents.enumerated() { files.append(("attached-\(index + 1).dcm", document.bytes)) }
        if !contents.modules.unreadable.isEmpty {
            remarks.append("the study's text is in a character set that is not known here; the documents have ? for its letters")
        }
    }

    private mutating func addPDF(_ request: ReplyRequest, _ report: Report, _ modules: StudyModules) throws {
        if let pdf = request.pdf {
            files.append(("pdf.dcm", try EncapsulatedPDF.file(pdf.bytes, report, of: modules, identity: DocumentIdentity(), source: nil)))
        } else if request.text != nil {
            let set = try TypesetReport(report, of: modules)
            if set.unknownCharacters > 0 {
                remarks.append(
                    "no font here has \(set.unknownCharacters) of the report's characters, so its PDF shows boxes for them; install a font")
            }
            files.append(
                ("pdf.dcm", try EncapsulatedPDF.file(set.pdf, report, of: modules, identity: DocumentIdentity(), source: structured)))
        }
    }

    private mutating func addKeyImages(
        _ images: [(file: DICOMFile, frames: [Int])], _ report: Report, _ modules: StudyModules
    ) throws {
        let series = DocumentIdentity().seriesUID
        var number = 0
        for image in images {
            for frame in image.frames.isEmpty ? [1] : image.frames {
                number += 1
                let identity = DocumentIdentity(seriesUID: series, instanceUID: DocumentIdentity().instanceUID)
                files.append(
                    (
                        "key-\(number).dcm",
                        try KeyImage.file(of: image.file, frame: frame, report, study: modules, identity: identity, number: number)
                    ))
            }
        }
    }

    // MARK: What was given

    /// Where the report is in a document alone.
    private static func words(for request: ReplyRequest) -> String {
        request.pdf == nil
            ? "The report is in the attached documents." : "The report is in the attached PDF."
    }

    private static func language(_ code: String) -> (code: String, name: String) {
        (code, Locale(identifier: "en").localizedString(forIdentifier: code) ?? code)
    }

    private static func reference(_ file: DICOMFile, _ frames: [Int]) throws(OperationFailure) -> ImageReference {
        let count = file.pixels?.frames ?? 1
        if let beyond = frames.first(where: { $0 > count }) {
            throw OperationFailure(.invalidRequest, "\(file.name) has no frame \(beyond); it has \(count)")
        }
        guard file.pixels != nil, let reference = ImageReference(file.dataSet, frames: frames) else {
            throw OperationFailure(.badData, "\(file.name) is no image that a report can refer to")
        }
        return reference
    }

    /// A document must be about the same patient and study: a mix-up would go to the clinic as the answer.
    private static func check(_ documents: [ReplyRequest.File], against modules: StudyModules) throws {
        for document in documents {
            let file = try DICOMFile(bytes: document.bytes, name: document.name)
            guard file.dataSet.uid(.studyInstanceUID) == modules.studyUID else {
                throw OperationFailure(.badData, "\(document.name) belongs to another study than the one that is answered")
            }
            if let given = file.dataSet.string(.patientID), let patient = modules.patientID, given != patient {
                throw OperationFailure(.badData, "\(document.name) is about another patient than the study that is answered")
            }
        }
    }
}
