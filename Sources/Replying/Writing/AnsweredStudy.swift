import Basics
import DICOM
import Files
import Foundation
import Protocol
import Receiving
import Reports

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

    /// What the documents need of the study's files. Blocks.
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
