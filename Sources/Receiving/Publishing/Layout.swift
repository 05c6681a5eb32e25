import Basics
import DICOM
import Files
import Foundation
import Protocol

/// The way in which restored files are named below the receiver's folder.
package enum Layout: String, CaseIterable, Sendable {
    /// `PatientID/StudyInstanceUID/<name at the clinic>`.
    case patient
    /// `<name at the clinic>`.
    case flat

    /// The relative path of a restored file.
    ///
    /// - Parameters:
    ///   - name: the name at the clinic, with "/" between its parts. It comes from the peer, so nothing in it is trusted.
    ///   - file: the restored file; `nil` when it cannot be read as DICOM.
    package func path(for name: String, of file: DICOMFile?) -> String {
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
    /// Longest part in bytes: twelve digits of a digest and a hyphen may be added.
    static let longest = FileName.longest - 15

    /// The text without what means something to a file system or a terminal. Never empty, "." or "..", never hidden.
    ///
    /// One that is too long keeps its beginning and its extension, and digits of its digest tell it from others that begin alike.
    static func make(_ text: String, otherwise fallback: String) -> String {
        // By scalars, as file systems see names: a dot with a combining mark behind it is one character to Swift, and hides a file.
        let safe = text.unicodeScalars.map { isSafe($0) ? $0 : "_" }
        let kept = safe.drop(while: isMarginal)
        let end = kept.lastIndex { !isMarginal($0) }.map { $0 + 1 } ?? kept.startIndex
        guard end > kept.startIndex else { return fallback }
        let name = String(String.UnicodeScalarView(kept[..<end]))
        guard name.utf8.count > longest else { return name }
        return FileName.adding(String(ContentDigest(of: Array(text.utf8)).description.prefix(12)), to: name, limit: longest)
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: !forbidden.contains(scalar)
        }
    }

    /// The characters that separate paths or are wildcards here or on the systems that files are copied to.
    private static let forbidden = Set<Unicode.Scalar>("/\\:*?\"<>|".unicodeScalars)

    /// Leading dots hide a file; dots and spaces at either end get lost on some systems.
    private static func isMarginal(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == " " }
}

/// Names for a file whose own cannot be given: where it needs a folder stands a file or a link to elsewhere, it is too long for the file
/// system, or it is taken even with the digest in it. Derived from transfer and position, so that nobody else's file has them.
struct SpareName: Sendable, Hashable {
    let transfer: TransferID
    /// Place in the manifest.
    let position: Int

    init(transfer: TransferID, position: Int) {
        self.transfer = transfer
        self.position = position
    }

    init(_ instance: ArrivedInstance) {
        self.init(transfer: instance.transfer, position: instance.position)
    }

    /// Below the folder of restored files. The second one is for where `conflicts` is no folder.
    var paths: [String] { ["\(Publisher.conflicts)/\(transfer)/\(position)", "\(transfer)-\(position)"] }
}

extension FileError {
    /// Whether the name is the trouble: nothing that passes, as a full disk does, but as good as taken by something else.
    var isOfTheName: Bool { [EEXIST, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP, ENOTEMPTY, EILSEQ, EXDEV].contains(number) }
}
