import DICOM
import Files

/// Which study it is, in the words of this side's people: from the first file that was found. It is shown here, and neither sent nor logged.
package struct StudySubject: Codable, Sendable, Equatable {
    /// The folder that the file is in.
    package var folder: String
    package var patientName: String?
    package var patientID: String?
    /// StudyDate as it stands in the file: YYYYMMDD.
    package var studyDate: String?
    var studyDescription: String?

    init(_ dataSet: DataSet, _ file: FoundFile) {
        let heading = StudyHeading(dataSet)
        folder = AtomicFile.parent(of: file.path)
        patientName = heading.patientName
        patientID = heading.patientID
        studyDate = heading.studyDate
        studyDescription = heading.studyDescription
    }

    /// The parts that there are, for a table.
    package var description: String {
        [patientName, patientID, studyDate, studyDescription].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
