import DICOM

/// The patient and study modules of a study, taken from one of its files, for documents that belong to the same study.
///
/// Values are taken byte by byte. Where the file's text is in a character set of its own, it is written as UTF-8, since a document has
/// one character set and the report is in UTF-8.
public struct StudyModules: Sendable {
    /// Elements of the patient module, the general study module and the patient study module (PS3.3 §C.7.1.1, §C.7.2.1, §C.7.2.2) with
    /// their value representations. Type 2: there, and empty where the file has none.
    private static let required: [(Tag, ValueRepresentation)] = [
        (.patientName, .PN), (.patientID, .LO), (.patientBirthDate, .DA), (.patientSex, .CS), (.studyDate, .DA), (.studyTime, .TM),
        (.accessionNumber, .SH), (.referringPhysicianName, .PN), (.studyID, .SH),
    ]
    /// Type 3: there where the file has them.
    private static let optional: [(Tag, ValueRepresentation)] = [
        (.issuerOfPatientID, .LO), (.studyDescription, .LO), (.patientAge, .AS), (.patientSize, .DS), (.patientWeight, .DS),
    ]

    public let studyUID: String
    public let patientID: String?
    /// The modality of the file that they were taken from.
    public let modality: String?
    let elements: [DataElement]
    /// Elements whose text could not be read, and of which only the ASCII characters are kept.
    public let unreadable: [Tag]

    /// `nil` when the file names no study.
    public init?(of file: DataSet) {
        guard let studyUID = file.uid(.studyInstanceUID) else { return nil }
        self.studyUID = studyUID
        patientID = file.string(.patientID)
        modality = file.string(.modality)
        let characters = CharacterSet(of: file)
        var (elements, unreadable): ([DataElement], [Tag]) = ([], [])
        func take(_ tag: Tag, _ vr: ValueRepresentation, _ bytes: ArraySlice<UInt8>) {
            guard vr.usesCharacterSet else { return elements.append(DataElement(tag, vr, bytes: Array(bytes))) }
            if let text = characters.text(bytes) { return elements.append(DataElement(tag, vr, bytes: Array(text.utf8))) }
            unreadable.append(tag)
            elements.append(DataElement(tag, vr, bytes: bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }))
        }
        for (tag, vr) in Self.required { take(tag, vr, file[tag]?.bytes ?? []) }
        for (tag, vr) in Self.optional {
            if let element = file[tag], !element.bytes.isEmpty { take(tag, vr, element.bytes) }
        }
        self.elements = elements
        self.unreadable = unreadable
    }

    /// A value as people read it: without padding.
    public func text(_ tag: Tag) -> String? {
        elements.first { $0.tag == tag }.flatMap { $0.strings.first }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
