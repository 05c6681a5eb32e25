import DICOM

/// Tags of structured reports, encapsulated documents and references.
extension Tag {
    // References
    static let referencedSOPClassUID = Tag(0x0008, 0x1150)
    static let referencedFrameNumber = Tag(0x0008, 0x1160)
    static let referencedSOPSequence = Tag(0x0008, 0x1199)
    static let referencedSeriesSequence = Tag(0x0008, 0x1115)
    static let referencedPerformedProcedureStepSequence = Tag(0x0008, 0x1111)
    static let sourceInstanceSequence = Tag(0x0042, 0x0013)

    // Structured reports
    static let relationshipType = Tag(0x0040, 0xA010)
    static let verifyingOrganization = Tag(0x0040, 0xA027)
    static let verificationDateTime = Tag(0x0040, 0xA030)
    static let valueType = Tag(0x0040, 0xA040)
    static let conceptNameCodeSequence = Tag(0x0040, 0xA043)
    static let continuityOfContent = Tag(0x0040, 0xA050)
    static let verifyingObserverSequence = Tag(0x0040, 0xA073)
    static let verifyingObserverName = Tag(0x0040, 0xA075)
    static let verifyingObserverIdentificationCodeSequence = Tag(0x0040, 0xA088)
    static let personName = Tag(0x0040, 0xA123)
    static let textValue = Tag(0x0040, 0xA160)
    static let conceptCodeSequence = Tag(0x0040, 0xA168)
    static let predecessorDocumentsSequence = Tag(0x0040, 0xA360)
    static let performedProcedureCodeSequence = Tag(0x0040, 0xA372)
    static let currentRequestedProcedureEvidenceSequence = Tag(0x0040, 0xA375)
    static let completionFlag = Tag(0x0040, 0xA491)
    static let completionFlagDescription = Tag(0x0040, 0xA492)
    static let verificationFlag = Tag(0x0040, 0xA493)
    static let preliminaryFlag = Tag(0x0040, 0xA496)
    static let contentTemplateSequence = Tag(0x0040, 0xA504)
    static let contentSequence = Tag(0x0040, 0xA730)
    static let templateIdentifier = Tag(0x0040, 0xDB00)
    static let mappingResource = Tag(0x0008, 0x0105)

    // Encapsulated documents
    static let documentTitle = Tag(0x0042, 0x0010)
    static let encapsulatedDocument = Tag(0x0042, 0x0011)
    static let mimeTypeOfEncapsulatedDocument = Tag(0x0042, 0x0012)
    static let encapsulatedDocumentLength = Tag(0x0042, 0x0015)
    static let acquisitionDateTime = Tag(0x0008, 0x002A)

    // Series and equipment
    static let softwareVersions = Tag(0x0018, 0x1020)
    static let dateOfSecondaryCapture = Tag(0x0018, 0x1012)
    static let timeOfSecondaryCapture = Tag(0x0018, 0x1014)
    static let derivationDescription = Tag(0x0008, 0x2111)
    static let timezoneOffsetFromUTC = Tag(0x0008, 0x0201)

    // Patient and study
    static let issuerOfPatientID = Tag(0x0010, 0x0021)
    static let patientAge = Tag(0x0010, 0x1010)
    static let patientSize = Tag(0x0010, 0x1020)
    static let patientWeight = Tag(0x0010, 0x1030)
}
