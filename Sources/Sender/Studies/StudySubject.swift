import CommandLineSupport
import DICOM

/// Which study it is, in the words of this side's people: from the first file that was found. It is shown here, and neither sent nor logged.
struct StudySubject: Codable, Sendable, Equatable {
    /// The folder that the file is in.
    var folder: String
    var patientName: String?
    var patientID: String?
    /// StudyDate as it stands in the file: YYYYMMDD.
    var studyDate: String?
    var studyDescription: String?

    init(_ dataSet: DataSet, _ file: FoundFile) {
        func text(_ tag: Tag) -> String? { dataSet.string(tag).map(Self.harmless) }
        folder = AtomicFile.parent(of: file.path)
        patientName = text(.patientName)
        patientID = text(.patientID)
        studyDate = text(.studyDate)
        studyDescription = text(.studyDescription)
    }

    /// A file's words must not move a terminal's cursor.
    private static func harmless(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// The parts that there are, for a table.
    var description: String {
        [patientName, patientID, studyDate, studyDescription].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
