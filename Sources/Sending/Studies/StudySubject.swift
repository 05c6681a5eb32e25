import DICOM
import Files
import Protocol

/// The study in the words of this side's people: from the first file that was found. It is shown here, and neither sent nor logged.
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

/// The order as the header of a study's file states it: the question, the reason, and what is known of the patient.
package struct HeaderOrder: Sendable, Equatable {
    package let question: String?
    package let history: String?

    /// Reads the question and the reason; the request's own words come before those of the study (PS3.3 §C.7.3.1, §C.7.2.1, §C.4.12).
    init(_ dataSet: DataSet) {
        let characters = CharacterSet(of: dataSet)
        let request = dataSet.items(.requestAttributesSequence).first
        func text(_ tag: Tag) -> String? {
            for place in [request, dataSet].compactMap(\.self) {
                // An item may have characters of its own.
                let own = place.strings(.specificCharacterSet).isEmpty ? characters : CharacterSet(of: place)
                guard let bytes = place[tag]?.bytes, let text = own.text(bytes) else { continue }
                let trimmed = text.trimmingPrefix(while: Self.isPadding).reversed().trimmingPrefix(while: Self.isPadding).reversed()
                if !trimmed.isEmpty { return String(trimmed) }
            }
            return nil
        }
        let asked = [
            text(.requestedProcedureDescription), text(.reasonForTheRequestedProcedure) ?? text(.reasonForStudy),
        ]
        let known = [text(.additionalPatientHistory), text(.admittingDiagnosesDescription)]
        question = Self.joined(asked, limit: ClinicalOrder.maximumByteCount.question)
        history = Self.joined(known, limit: ClinicalOrder.maximumByteCount.history)
    }

    @Sendable private static func isPadding(_ character: Character) -> Bool { character.isWhitespace || character == "\0" }

    private static func joined(_ parts: [String?], limit: Int) -> String? {
        let parts = parts.compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        var text = parts.joined(separator: "\n")
        while text.utf8.count > limit { text.removeLast() }
        return text
    }
}

extension Tag {
    static let reasonForStudy = Tag(0x0032, 0x1030)
    static let requestedProcedureDescription = Tag(0x0032, 0x1060)
    static let reasonForTheRequestedProcedure = Tag(0x0040, 0x1002)
    static let requestAttributesSequence = Tag(0x0040, 0x0275)
    static let admittingDiagnosesDescription = Tag(0x0008, 0x1080)
    static let additionalPatientHistory = Tag(0x0010, 0x21B0)
}
