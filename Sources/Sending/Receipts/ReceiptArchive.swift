import Basics
import Files
import Foundation
import Protocol

/// Where the sender keeps what proves its transfers, for good: one file for each, named by the transfer's number.
///
/// A file holds the signed manifest, then a signed receipt for each file that the receiver answered for, then the study's, as armoured
/// texts (docs/protocol/statements.md). Of a study that was discarded halfway there is no receipt of the study. Receipts of an identity
/// that the receiver has given up halfway are in a file of their own, beside those of the new one. A file names files of the clinic, so
/// it is readable by its owner alone.
package struct ReceiptArchive: Sendable {
    package let folder: String

    package init(home: Home) {
        folder = home.state.appending(path: "receipts").path
    }

    /// The files of transfers whose numbers begin like one of these, or of all; by name.
    ///
    /// - Throws: `OperationFailure` for a number that no transfer's begins with; `FileError`.
    package func files(of beginnings: [String]) throws -> [String] {
        // The folder comes with the first receipts.
        let names = access(folder, F_OK) == 0 ? try self.names : []
        for beginning in beginnings where !names.contains(where: { $0.hasPrefix(beginning) }) {
            throw OperationFailure(.invalidRequest, "there are no receipts of a transfer \(beginning)")
        }
        let wanted = beginnings.isEmpty ? names : names.filter { name in beginnings.contains { name.hasPrefix($0) } }
        return wanted.map { "\(folder)/\($0)" }
    }

    private var names: [String] {
        get throws(FileError) {
            try FileFinder.entries(of: folder).map(\.name).filter { $0.hasSuffix(".txt") && !$0.hasPrefix(".") }.sorted()
        }
    }

    package func path(_ transferID: TransferID) -> String { "\(folder)/\(transferID).txt" }

    /// Where an identity's receipts are kept that the receiver has given up while the transfer was under way.
    package func path(_ transferID: TransferID, of earlier: Fingerprint) -> String { "\(folder)/\(transferID)-\(earlier.groups[0]).txt" }

    /// The transfer whose receipts are in a file.
    package static func transferID(ofFileAt path: String) -> String {
        let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        return name.split(separator: "-").first.map(String.init) ?? name
    }

    /// Writes a transfer's file, in place of an earlier one; call it on a worker thread.
    ///
    /// - Parameters:
    ///   - manifest: armoured, as are the others.
    ///   - receipts: in the order of the manifest.
    ///   - studyReceipt: `nil` for a study that was discarded or goes to another identity.
    ///   - earlier: the identity that has signed, where it is not the one that the study goes to now.
    /// - Returns: the file's path.
    /// - Throws: ``FileError``.
    func store(
        transferID: TransferID, manifest: String, receipts: [String], studyReceipt: String?, earlier: Fingerprint? = nil
    ) throws -> String {
        try AtomicFile.makeDirectories(folder, mode: 0o700)
        let text = ([manifest] + receipts + [studyReceipt].compactMap(\.self)).joined(separator: "\n")
        let path = earlier.map { self.path(transferID, of: $0) } ?? path(transferID)
        try AtomicFile.replace(path, with: Array(text.utf8), mode: 0o600)
        return path
    }
}
