import CommandLineSupport
import Protocol

/// Where the sender keeps what proves its transfers: one file for each, named by the transfer's number.
///
/// A file holds the signed manifest, then a signed receipt for each file that the receiver answered for, then the study's, as armoured
/// texts (docs/protocol.md). It names files of the clinic, so nobody else may read it.
struct ReceiptArchive: Sendable {
    let folder: String

    init(home: Home) {
        folder = home.state.appending(path: "receipts").path
    }

    /// Writes a transfer's file; call it on a worker thread.
    ///
    /// - Parameter studyReceipt: `nil` when the session broke before it came.
    /// - Returns: the file's path.
    /// - Throws: ``FileError``, ``ProtocolError``.
    func store(_ manifest: Manifest, _ receipts: [InstanceReceipt], _ studyReceipt: StudyReceipt?) throws -> String {
        var texts = [try manifest.text()]
        for receipt in receipts.sorted(by: { $0.index < $1.index }) { texts.append(try receipt.text()) }
        if let studyReceipt { texts.append(try studyReceipt.text()) }
        try AtomicFile.makeDirectories(folder, mode: 0o700)
        let path = "\(folder)/\(manifest.transferID).txt"
        guard try AtomicFile.publish(Array(texts.joined(separator: "\n").utf8), as: path, mode: 0o600) != .occupied else {
            throw CommandFailure(.inputOutput, "\(path): another file has this transfer's name; the receipts were not kept")
        }
        return path
    }
}
