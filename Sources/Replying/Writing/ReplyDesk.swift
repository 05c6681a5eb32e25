import Basics
import Concurrency
import Files
import Foundation
import Protocol
import Receiving
import Reports
import Sending
import StegoKit

/// The radiologist's side of replies: writes a reply's documents, and puts it into the outbox for the clinic that the study came from.
///
/// Each step is on the disk before the next: the documents, a row of the journal, the outbox. What a killed process leaves is brought to
/// its end by the next one (``finishWritten()``). Versions of one transfer are counted under a lock, so two radiologists of a house who
/// answer at once give two versions, of which the second names the first.
package struct ReplyDesk: Sendable {
    private let home: Home
    private let identity: Identity
    private let trust: TrustStore
    private let inbox: Inbox
    private let journal: ReplyJournal
    private let outbox: Outbox
    private let pool = WorkerPool(label: "veilray.reply", width: 1)

    /// - Throws: `ProtocolError` when there is no identity; `FileError`, `JournalError`. Blocks.
    package init(home: Home, inbox: Inbox) throws {
        self.home = home
        self.inbox = inbox
        identity = try Identity.load(from: home)
        trust = try TrustStore(home: home)
        journal = try ReplyJournal(state: home.state)
        outbox = try Outbox(home: home)
    }

    /// The study that a person means.
    ///
    /// - Throws: `OperationFailure`: `.invalidRequest` where none or several are meant, `.notTrusted` where its clinic's card is not trusted.
    package func study(_ prefix: TransferPrefix) async throws -> AnsweredStudy {
        guard let transfer = try await inbox.transfers(meantBy: [prefix]).first, let answerable = try await inbox.answerable(transfer)
        else {
            throw OperationFailure(.invalidRequest, "there is no transfer \(prefix.beginning); 'status' shows which there are")
        }
        guard let peer = trust.peer(fingerprint: answerable.status.sender) else {
            throw OperationFailure(
                .notTrusted,
                "the card of \(answerable.status.peer), where the study came from, is not trusted any more; no answer can go there")
        }
        return AnsweredStudy(transfer: answerable, peer: peer)
    }

    package struct Sent: Sendable {
        package let record: ReplyRecord
        package let files: [String]
        package let remarks: [String]
    }

    /// Writes and queues a reply.
    ///
    /// - Throws: `OperationFailure` for a reply that cannot be sent; `ProtocolError`, `DICOMError`, `FileError`, `JournalError`.
    package func send(_ request: ReplyRequest, to study: AnsweredStudy, at time: Date = Date()) async throws -> Sent {
        let transfer = study.transfer.status.transfer
        let lock = try await pool.run { [path = home.state.appending(path: "replies.lock").path] in try FileLock.waitFor(path) }
        defer { withExtendedLifetime(lock) {} }
        try await finishWritten()
        let last = try await journal.last(to: transfer)
        guard last != nil || !request.status.needsPredecessor else {
            throw OperationFailure(
                .invalidRequest, "there is no earlier report on this study that could be \(request.status.rawValue)")
        }
        let version = (last?.version ?? 0) + 1
        let title = "Report, version \(version), \(request.status.rawValue)"
        let documents = try await pool.run {
            try ReplyDocuments(
                request, title: title, urgency: Self.urgency(request), organization: identity.name.text, time: time, study: study,
                contents: try study.contents(), predecessor: last.flatMap(Self.structured))
        }
        let facts = Reply(
            to: transfer, manifestDigest: study.transfer.manifestDigest,
            report: try ReportFacts(
                version: version, status: request.status, predecessor: last?.transferID, author: request.author, time: time,
                criticality: request.criticality, textDigest: documents.text.digest, callback: request.callback))
        let reply = TransferID()
        let folder = home.state.appending(path: "replies/\(transfer)/v\(version)-\(request.status.rawValue)-\(reply.short)").path
        try await pool.run { try Self.write(documents, to: folder) }
        let record = ReplyRecord(
            reply, facts, isOwn: true, callback: study.transfer.status.order?.callback, peer: study.peer.fingerprint,
            peerName: study.peer.name.text, studyUID: documents.structured.studyUID, folder: folder, state: .written, manifest: nil,
            noted: time, seriesUID: documents.structured.seriesUID, instanceUID: documents.structured.sopInstanceUID)
        guard try await journal.enter(record) else { throw OperationFailure(.temporary, "another reply has this number; try again") }
        try await queue(record, facts, reply, to: study.peer)
        let queued = try await journal.record(reply) ?? record
        return Sent(record: queued, files: documents.files.map { "\(folder)/documents/\($0.name)" }, remarks: documents.remarks)
    }

    // MARK: Into the outbox

    /// Settles what a killed process has left: a reply is either in the outbox, or was never given. Call it with the lock of replies held.
    private func finishWritten() async throws {
        for record in try await journal.unqueued() {
            guard let reply = record.transferID else { continue }
            if let known = try await outbox.study(reply) {
                try await queued(reply, known)
            } else {
                // Nobody was told that it is on its way. Its documents stay for the radiologist.
                try await journal.forget(reply)
            }
        }
    }

    private func queue(_ record: ReplyRecord, _ facts: Reply, _ reply: TransferID, to peer: TrustedPeer) async throws {
        let order = StudyOrder(
            plan: try await plan(of: record), peer: peer, address: nil, priority: record.isCritical ? .stat : .routine,
            choices: SealingChoices(method: .reversible, codec: .auto, effort: .auto), attributes: try facts.attributes(),
            transferID: reply)
        let taken = try await outbox.enqueue(order, signedBy: identity)
        // Another process delivers it.
        if case .new(_, let lock) = taken { try await pool.run { lock.release() } }
        try await queued(reply, taken.study)
    }

    /// - Parameter study: its row of the outbox; where it is closed already, its manifest is with its receipts.
    private func queued(_ reply: TransferID, _ study: OutboxStudy) async throws {
        let archived = try await pool.run { [path = ReceiptArchive(home: home).path(reply)] in try? WholeFile.read(path) }
        let manifest = study.manifest ?? archived.map { String(decoding: $0, as: UTF8.self) }
        try await journal.queued(reply, manifest: manifest, at: Date())
    }

    private func plan(of record: ReplyRecord) async throws -> StudyPlan {
        let files = try await pool.run { try FileFinder.files(below: ["\(record.folder)/documents"]) }
        let found = try await StudyScanner(pool: pool).scan(files)
        if let rejected = found.rejected.first { throw rejected }
        guard var plan = found.studies.first, found.studies.count == 1 else {
            throw OperationFailure(.badData, "the documents in \(record.folder) do not belong to one study")
        }
        plan.headerOrder = nil
        return plan
    }

    // MARK: Words and files

    private static func structured(_ record: ReplyRecord) -> ImageReference? {
        guard let series = record.seriesUID, let instance = record.instanceUID else { return nil }
        return ImageReference(
            studyUID: record.studyUID, seriesUID: series, sopClassUID: StructuredReport.sopClass, sopInstanceUID: instance)
    }

    private static func urgency(_ request: ReplyRequest) -> String? {
        guard request.criticality.isCritical else { return nil }
        let time = ["", "minutes", "hours", "days"][request.criticality.rawValue]
        let ask = request.callback.map { " Questions: \($0)." } ?? ""
        return "Critical result, category \(request.criticality.rawValue): the clinic must know of it within \(time).\(ask)"
    }

    private static func write(_ documents: ReplyDocuments, to folder: String) throws {
        try AtomicFile.makeDirectories("\(folder)/documents", mode: 0o700)
        for (name, bytes) in documents.files { try AtomicFile.replace("\(folder)/documents/\(name)", with: bytes, mode: 0o600) }
        try AtomicFile.replace("\(folder)/report.txt", with: documents.text.bytes, mode: 0o600)
    }
}
