import CommandLineSupport
import DICOM
import Foundation
import StegoKit

/// Puts restored files where the receiver's user finds them: complete or not at all, and never over another file.
struct Publisher: Sendable {
    let folder: String
    let layout: Layout

    /// Publishes one file; call it on a worker thread.
    ///
    /// Where another file has the name already, the first digits of the digest are added to it.
    /// - Returns: the path of the file.
    /// - Throws: ``FileError``.
    func publish(_ bytes: [UInt8], name: String, digest: InstanceDigest) throws -> String {
        let file = layout == .patient ? try? DICOMFile(bytes: bytes, name: name) : nil
        let path = "\(folder)/\(layout.path(for: name, of: file))"
        guard try AtomicFile.publish(bytes, as: path) == .occupied else { return path }
        let distinct = Self.adding(String(digest.description.prefix(12)), to: path)
        guard try AtomicFile.publish(bytes, as: distinct) == .occupied else { return distinct }
        throw PublishingConflict(path: distinct)
    }

    private static func adding(_ mark: String, to path: String) -> String {
        let plain = path as NSString
        let suffix = plain.pathExtension.isEmpty ? "" : ".\(plain.pathExtension)"
        return "\(plain.deletingPathExtension)-\(mark)\(suffix)"
    }
}

/// A file of another content stands where this one belongs, even under a name that holds the digest.
struct PublishingConflict: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): another file has this name; it was left alone" }
}
