import ArgumentParser
import DICOM

/// How restored files are named below the receiver's folder.
enum Layout: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// `PatientID/StudyInstanceUID/<name at the clinic>`.
    case patient
    /// `<name at the clinic>`.
    case flat

    /// The relative path of a restored file.
    ///
    /// - Parameters:
    ///   - name: the name at the clinic, with "/" between its parts. It comes from the peer, so nothing in it is trusted.
    ///   - file: the restored file; `nil` when it cannot be read as DICOM.
    func path(for name: String, of file: DICOMFile?) -> String {
        let own = name.split(separator: "/").map { SafeName.make(String($0), otherwise: "file") }
        let parts =
            switch self {
            case .flat: own
            case .patient:
                [
                    SafeName.make(file?.dataSet.string(.patientID) ?? "", otherwise: "NO-PATIENT-ID"),
                    SafeName.make(file?.dataSet.string(.studyInstanceUID) ?? "", otherwise: "NO-STUDY-UID"),
                ] + own
            }
        return parts.isEmpty ? "file" : parts.joined(separator: "/")
    }
}

/// One part of a path, made of a text that somebody else chose.
enum SafeName {
    /// Longest part in bytes; file systems end at 255, and a digest may be added.
    private static let longest = 180

    /// The text without what means something to a file system or a terminal. Never empty, "." or "..", never hidden.
    static func make(_ text: String, otherwise fallback: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            let isSafe = scalar.value >= 0x20 && scalar.value != 0x7F && !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
                && scalar.properties.generalCategory != .format && scalar.properties.generalCategory != .control
            let next = isSafe ? String(Character(scalar)) : "_"
            guard safe.utf8.count + next.utf8.count <= longest else { break }
            safe += next
        }
        while safe.hasPrefix(".") || safe.hasPrefix(" ") { safe.removeFirst() }
        while safe.hasSuffix(" ") || safe.hasSuffix(".") { safe.removeLast() }
        return safe.isEmpty ? fallback : safe
    }
}
