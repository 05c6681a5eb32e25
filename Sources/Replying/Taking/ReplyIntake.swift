import Basics
import Concurrency
import DICOM
import Files
import Foundation
import Protocol
import Receiving
import Reports

/// The clinic's side of replies: what is done when all documents of one are in their folder.
///
/// The texts that people open are written beside the documents, the signed manifest as evidence, and a row of the journal, so that nobody
/// forgets a critical reply. Done twice, as after a crash in the middle, it changes nothing.
package struct ReplyIntake: Sendable {
    private let trust: TrustStore
    private let journal: ReplyJournal
    private let pool = WorkerPool(label: "veilray.intake", width: 1)

    /// - Throws: `JournalError`, `FileError`. Blocks.
    package init(home: Home, trust: TrustStore) throws {
        self.trust = trust
        journal = try ReplyJournal(state: home.state)
    }

    /// The reply that has come, for those who are told.
    package struct Taken: Sendable {
        package let record: ReplyRecord
        /// Whether it was not known before.
        package let isNew: Bool
        /// The faults of the reply.
        package let remarks: [String]
    }

    /// - Parameters:
    ///   - manifest: armoured, as the inbox keeps it.
    ///   - sender: who has signed it.
    ///   - folder: with the reply's documents.
    ///   - studyUID: of the study that was asked about, as this side knows it.
    /// - Returns: `nil` when it is no reply.
    /// - Throws: `OperationFailure` `.notTrusted`; `ProtocolError`, `FileError`, `JournalError`.
    package func take(
        manifest text: String, from sender: Fingerprint, in folder: String, studyUID: String, at date: Date = Date()
    ) async throws -> Taken? {
        guard let peer = trust.peer(fingerprint: sender) else {
            throw OperationFailure(.notTrusted, "the card of the reply's sender, \(sender), is not trusted any more")
        }
        let manifest = try Manifest(text: text, signedBy: peer.card)
        guard let reply = try Reply(manifest) else { return nil }
        let remarks = try await pool.run { try Self.write(reply, text, in: folder, studyUID: studyUID) }
        let record = ReplyRecord(
            manifest.transferID, reply, isOwn: false, callback: reply.report.callback, peer: sender, peerName: peer.name.text,
            studyUID: studyUID, folder: folder, state: .arrived, manifest: text, noted: date)
        let isNew = try await journal.enter(record)
        return Taken(record: try await journal.record(manifest.transferID) ?? record, isNew: isNew, remarks: remarks)
    }

    // MARK: Files

    private static func write(_ reply: Reply, _ manifest: String, in folder: String, studyUID: String) throws -> [String] {
        var remarks: [String] = []
        var isTextThere = false
        for file in try FileFinder.files(below: [folder]) where file.name.hasSuffix(".dcm") {
            guard let bytes = try? WholeFile.read(file.path), let document = try? DICOMFile(bytes: bytes, name: file.name) else {
                remarks.append("\(file.name) cannot be read")
                continue
            }
            if document.dataSet.uid(.studyInstanceUID) != studyUID {
                remarks.append("\(file.name) names another study than the one that was sent")
                continue
            }
            if !isTextThere, let text = CarriedText.bytes(in: document.dataSet) {
                isTextThere = try publish(text, reply, in: folder, &remarks)
            }
            if let pdf = EncapsulatedPDF.pdf(in: document.dataSet) { try publish(pdf, "report.pdf", in: folder, &remarks) }
        }
        if !isTextThere { remarks.append("no document has the text that the radiologist has signed") }
        try publish(Array(manifest.utf8), "manifest.txt", in: folder, &remarks)
        return remarks
    }

    /// The text that was signed, and no other.
    private static func publish(_ text: [UInt8], _ reply: Reply, in folder: String, _ remarks: inout [String]) throws -> Bool {
        guard ContentDigest(of: text) == reply.report.textDigest, let report = try? ReportText(text) else {
            remarks.append("the report's text is not the one that was signed")
            return false
        }
        try publish(report.bytes, "report.txt", in: folder, &remarks)
        return true
    }

    private static func publish(_ bytes: [UInt8], _ name: String, in folder: String, _ remarks: inout [String]) throws {
        if case .occupied = try AtomicFile.publish(bytes, as: "\(folder)/\(name)") {
            remarks.append("\(name) is there already with other contents")
        }
    }
}
