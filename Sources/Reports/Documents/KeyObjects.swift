import DICOM

/// Key images of a report, as Key Object Selection Document (PS3.3 §A.35.4) after template TID 2010.
public enum KeyObjects {
    public static let sopClass = "1.2.840.10008.5.1.4.1.1.88.59"

    /// The objects of a report; `nil` when it names no key images.
    ///
    /// - Throws: `DICOMError`
    public static func file(_ report: Report, of study: StudyModules, identity: DocumentIdentity) throws -> [UInt8]? {
        guard !report.keyImages.isEmpty else { return nil }
        var header = DocumentHeader(
            study, sopClass: sopClass, identity: identity, modality: "KO", seriesNumber: DocumentHeader.firstSeriesNumber + 2,
            description: "Key images", time: report.time)
        header.dataSet.set(.referencedPerformedProcedureStepSequence, sequence: [])
        header.dataSet.set(.currentRequestedProcedureEvidenceSequence, sequence: ImageReference.hierarchy(report.keyImages))
        let content =
            ContentItem.context(of: report)
            + [.contains(.text(CodedConcept("113012", .dicom, "Key Object Description"), report.title))]
            + report.keyImages.map { .contains(.image($0)) }
        for element in ContentItem.container(CodedConcept("113000", .dicom, "Of Interest"), content).dataSet { header.dataSet.set(element) }
        header.dataSet.set(.contentTemplateSequence, sequence: [ContentItem.template("2010")])
        return try header.file()
    }
}
