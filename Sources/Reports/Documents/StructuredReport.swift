import DICOM

/// The report as Basic Text SR (PS3.3 §A.35.1) after template TID 2000.
public enum StructuredReport {
    public static let sopClass = "1.2.840.10008.5.1.4.1.1.88.11"

    /// - Throws: `DICOMError`
    public static func file(_ report: Report, of study: StudyModules, identity: DocumentIdentity) throws -> [UInt8] {
        var header = DocumentHeader(
            study, sopClass: sopClass, identity: identity, modality: "SR", seriesNumber: DocumentHeader.firstSeriesNumber,
            description: report.title, time: report.time)
        header.dataSet.set(.referencedPerformedProcedureStepSequence, sequence: [])
        header.dataSet.set(.performedProcedureCodeSequence, sequence: [])
        addFlags(report, &header.dataSet)
        if let predecessor = report.predecessor {
            header.dataSet.set(.predecessorDocumentsSequence, sequence: ImageReference.hierarchy([predecessor]))
        }
        // Whatever the tree refers to is evidence.
        let evidence = report.keyImages + report.evidence
        if !evidence.isEmpty {
            header.dataSet.set(.currentRequestedProcedureEvidenceSequence, sequence: ImageReference.hierarchy(evidence))
        }
        for element in ContentItem.container(CodedConcept.title(modality: study.modality), content(of: report)).dataSet {
            header.dataSet.set(element)
        }
        header.dataSet.set(.contentTemplateSequence, sequence: [ContentItem.template("2000")])
        try CarriedText.put(report.text, into: &header.dataSet)
        return try header.file()
    }

    private static func addFlags(_ report: Report, _ dataSet: inout DataSet) {
        dataSet.set(.completionFlag, .CS, "COMPLETE")
        dataSet.set(.completionFlagDescription, .LO, DICOMText.long(report.title))
        dataSet.set(.preliminaryFlag, .CS, report.isPreliminary ? "PRELIMINARY" : "FINAL")
        dataSet.set(.verificationFlag, .CS, report.isPreliminary ? "UNVERIFIED" : "VERIFIED")
        guard !report.isPreliminary else { return }
        var observer = DataSet()
        observer.set(.verifyingObserverName, .PN, DICOMText.personName(report.author))
        observer.set(.verifyingObserverIdentificationCodeSequence, sequence: [])
        observer.set(.verifyingOrganization, .LO, DICOMText.long(report.organization))
        observer.set(.verificationDateTime, .DT, DICOMText.dateTime(report.time))
        dataSet.set(.verifyingObserverSequence, sequence: [observer])
    }

    private static func content(of report: Report) -> [ContentItem.Relation] {
        var content = ContentItem.context(of: report)
        if let urgency = report.urgency {
            content.append(
                .contains(
                    .container(
                        CodedConcept("73568-8", .loinc, "Communication of Critical Results"),
                        [.contains(.text(CodedConcept("121071", .dicom, "Finding"), urgency))])))
        }
        for part in report.text.parts {
            content.append(.contains(.container(part.section.concept, [.contains(.text(part.section.element, part.text))])))
        }
        if !report.keyImages.isEmpty {
            content.append(
                .contains(
                    .container(CodedConcept("55113-5", .loinc, "Key Images"), report.keyImages.map { .contains(.image($0)) })))
        }
        return content
    }
}

/// The bytes of `report.txt` in a private element of a reply's objects: exactly as they are signed for, whatever a content tree makes of
/// lines and blanks.
public enum CarriedText {
    static let creator = "VEILRAY REPORT"
    private static let element: UInt8 = 0x01

    static func put(_ text: ReportText, into dataSet: inout DataSet) throws(DICOMError) {
        try dataSet.setPrivateBytes(text.bytes, creator: creator, group: VeilrayPrivate.group, element: element)
    }

    /// The text that an object carries; `nil` when it is nothing of a reply.
    public static func bytes(in dataSet: DataSet) -> [UInt8]? {
        dataSet.privateBytes(creator: creator, group: VeilrayPrivate.group, element: element)
    }
}
