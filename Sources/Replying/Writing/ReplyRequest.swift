import Basics
import DICOM
import Files
import Foundation
import Protocol
import Receiving
import Reports

/// A radiologist's request to send a reply.
package struct ReplyRequest: Sendable {
    /// A file of the study, and its frames of interest, counted from 1.
    package struct KeyImage: Sendable, Equatable {
        package let path: String
        package let frames: [Int]

        /// Reads `FILE` or `FILE#3,7`.
        package init?(_ text: String) {
            guard let mark = text.lastIndex(of: "#") else {
                (path, frames) = (text, [])
                return
            }
            let numbers = text[text.index(after: mark)...].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard !numbers.isEmpty, numbers.allSatisfy({ $0 > 0 }), mark > text.startIndex else { return nil }
            (path, frames) = (String(text[..<mark]), numbers)
        }
    }

    /// A file as it was given.
    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Of a report's text, in bytes, before it is looked at.
    package static let maximumTextByteCount = 1 << 20
    /// Of each file that is sent as it is, in bytes.
    package static let maximumDocumentByteCount = 256 << 20

    /// The report in words; `nil` where the PDF or the documents say it.
    package var text: [UInt8]?
    /// The radiologist's own PDF.
    package var pdf: File?
    /// DICOM objects of the radiologist's workstation.
    package var documents: [File] = []
    package var status = ReportStatus.final
    package var criticality = Criticality.none
    package var keyImages: [KeyImage] = []
    package var author: String
    /// Where the clinic can ask: a name and a telephone number.
    package var callback: String?
    /// RFC 5646, such as `de`.
    package var language: String?

    package init(author: String) {
        self.author = author
    }
}

/// The study that is answered, as this side has it.
package struct AnsweredStudy: Sendable {
    package let transfer: AnswerableTransfer
    package let peer: TrustedPeer

    /// Reasons to think again before an answer: what the author cannot have seen.
    package var doubts: [String] {
        let status = transfer.status
        let restored = status.instances[.restored] ?? 0
        let count = status.instances.values.reduce(0, +)
        if status.discarded != nil { return ["The study was discarded here; \(restored) of its \(count) files were restored."] }
        switch status.state {
        case .complete: return []
        case .arriving: return ["The study is still arriving: \(restored) of its \(count) files are here."]
        case .incomplete: return ["The study is incomplete: \(restored) of its \(count) files are here, and the rest will not come."]
        }
    }

    /// The parts of the study's files that the documents need. Blocks.
    struct Contents {
        let modules: StudyModules
        let images: [ImageReference]
    }

    /// Reads the restored files; those that are gone by now are left out.
    ///
    /// - Throws: `OperationFailure` `.badData` when none is left.
    func contents() throws -> Contents {
        var modules: StudyModules?
        var images: [ImageReference] = []
        for path in transfer.paths {
            guard let bytes = try? WholeFile.read(path), let file = try? DICOMFile(bytes: bytes, name: path) else { continue }
            modules = modules ?? StudyModules(of: file.dataSet)
            if let image = ImageReference(file.dataSet) { images.append(image) }
        }
        guard let modules else {
            throw OperationFailure(
                .badData,
                "nothing of the transfer \(transfer.status.transfer.short) is here that says whose study it is; a report would have no patient"
            )
        }
        return Contents(modules: modules, images: images.filter { $0.studyUID == modules.studyUID })
    }

    /// The restored file that a person means: by its path, or by the end of it.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` when none or several are meant.
    func path(meantBy text: String) throws(OperationFailure) -> String {
        let absolute = text.hasPrefix("/") ? text : "\(FileManager.default.currentDirectoryPath)/\(text)"
        if let path = transfer.paths.first(where: { $0 == absolute || $0 == text }) { return path }
        let meant = transfer.paths.filter { $0.hasSuffix("/" + text) }
        guard let path = meant.first, meant.count == 1 else {
            throw OperationFailure(
                .invalidRequest,
                "\(text): \(meant.isEmpty ? "no restored file" : "\(meant.count) restored files") of this study are called so")
        }
        return path
    }
}
