import DICOM

/// A concept as a code (PS3.3 §8).
struct CodedConcept: Sendable, Hashable {
    /// The scheme that defines a code.
    enum Scheme: String, Sendable {
        case dicom = "DCM"
        case loinc = "LN"
        case language = "RFC5646"
    }

    let value: String
    let scheme: Scheme
    /// At most 64 characters.
    let meaning: String

    init(_ value: String, _ scheme: Scheme, _ meaning: String) {
        self.value = value
        self.scheme = scheme
        self.meaning = meaning
    }

    var item: DataSet {
        var item = DataSet()
        item.set(.codeValue, .SH, value)
        item.set(.codingSchemeDesignator, .SH, scheme.rawValue)
        item.set(.codeMeaning, .LO, meaning)
        return item
    }

    /// The title of a report of this modality (PS3.16 CID 7000).
    static func title(modality: String?) -> CodedConcept {
        switch modality {
        case "CT": CodedConcept("18747-6", .loinc, "CT Report")
        case "MR": CodedConcept("18755-9", .loinc, "MRI Report")
        case "US": CodedConcept("18760-9", .loinc, "Ultrasound Report")
        case "NM", "PT": CodedConcept("18757-5", .loinc, "Nuclear Medicine Report")
        case "CR", "DX", "RF", "XA", "MG", "PX", "IO": CodedConcept("11528-7", .loinc, "Radiology Report")
        default: CodedConcept("18748-4", .loinc, "Diagnostic Imaging Report")
        }
    }
}
