/// Which study a file belongs to, in the words that people know it by. It identifies a patient: show it on the side that may know it,
/// and neither send nor log it.
public struct StudyHeading: Codable, Sendable, Equatable {
    public var patientName: String?
    public var patientID: String?
    /// StudyDate as it stands in the file: YYYYMMDD.
    public var studyDate: String?
    public var studyDescription: String?
    public var modality: String?

    public init(_ dataSet: DataSet) {
        func text(_ tag: Tag) -> String? { dataSet.string(tag).map(Self.harmless) }
        patientName = text(.patientName)
        patientID = text(.patientID)
        studyDate = text(.studyDate)
        studyDescription = text(.studyDescription)
        modality = text(.modality)
    }

    /// A file's words must not move a terminal's cursor.
    private static func harmless(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// Name and number of the patient, as far as they are there.
    public var patient: String { [patientName, patientID].compactMap(\.self).joined(separator: ", ") }
}
