import Basics
import Concurrency
import DICOM
import Files
import Foundation
import Protocol
import Reports
import Sending
import StegoKit

/// The clinic's side of acknowledgements: a person knows of a reply, and the radiologist is told so, signed.
///
/// It travels as a study of one file: a structured report of the communication, which belongs to the patient's study. So it is sealed,
/// resumed, receipted and delivered once, as everything is.
package struct AcknowledgementDesk: Sendable {
    private let identity: Identity
    private let trust: TrustStore
    private let home: Home
    private let journal: ReplyJournal
    private let outbox: Outbox
    private let pool = WorkerPool(label: "veilray.acknowledge", width: 1)

    /// - Throws: `ProtocolError` when there is no identity; `JournalError`, `FileError`. Blocks.
    package init(home: Home) throws {
        self.home = home
        identity = try Identity.load(from: home)
        trust = try TrustStore(home: home)
        journal = try ReplyJournal(state: home.state)
        outbox = try Outbox(home: home)
    }

    package struct Done: Sendable {
        package let record: ReplyRecord
        package let acknowledgement: Acknowledgement
        /// The study that carries it.
        package let queued: Outbox.Enqueued
    }

    /// Signs and queues an acknowledgement, first into the outbox and then into the journal: a process that is killed in between is asked
    /// again, and the radiologist keeps the first.
    ///
    /// - Parameters:
    ///   - person: who knows of it.
    ///   - role: what that person is at the clinic.
    ///   - readBack: the finding in that person's words.
    ///   - address: where the radiologist listens; by default where the last study went, or what the card says.
    /// - Throws: `OperationFailure`: `.invalidRequest` when somebody has acknowledged it already, `.notTrusted`; `ProtocolError`, …
    package func acknowledge(
        _ record: ReplyRecord, by person: String, role: String, readBack: String?, address: PeerAddress? = nil, at date: Date = Date()
    ) async throws -> Done {
        if let words = record.acknowledgedWords {
            throw OperationFailure(
                .invalidRequest, "\(words.by) has acknowledged it already, at \(words.time.formatted(.iso8601)); the first word counts")
        }
        guard let peer = record.fingerprint.flatMap(trust.peer(fingerprint:)), let text = record.manifest else {
            throw OperationFailure(.notTrusted, "the card of \(record.peerName), who sent the reply, is not trusted any more")
        }
        let manifest = try Manifest(text: text, signedBy: peer.card)
        let acknowledgement = try Acknowledgement(
            of: manifest, person: person, role: role, readBack: readBack, received: record.noted, signedBy: identity, date: date)
        let folder = home.state.appending(path: "acknowledgements/\(record.transfer)").path
        let plan = try await plan(for: acknowledgement, record, in: folder)
        let last = try await outbox.lastAddress(of: peer.fingerprint)
        let order = StudyOrder(
            plan: plan, peer: peer, address: address ?? last, priority: .stat,
            choices: SealingChoices(method: .reversible, codec: .auto, effort: .auto),
            attributes: [try acknowledgement.manifestAttribute()])
        let queued = try await outbox.enqueue(order, signedBy: identity)
        _ = try await journal.acknowledge(acknowledgement, at: date)
        let known = try await journal.record(acknowledgement.reply)
        return Done(record: known ?? record, acknowledgement: acknowledgement, queued: queued)
    }

    /// The report of the communication, in a folder of its own until it is delivered.
    private func plan(for acknowledgement: Acknowledgement, _ record: ReplyRecord, in folder: String) async throws -> StudyPlan {
        let file = try await pool.run {
            let study = try Self.modules(of: record)
            let bytes = try StructuredReport.file(
                try Self.report(on: acknowledgement, record, identity.name.text), of: study, identity: DocumentIdentity())
            try AtomicFile.makeDirectories(folder, mode: 0o700)
            try AtomicFile.replace("\(folder)/communication.dcm", with: bytes, mode: 0o600)
            try AtomicFile.replace("\(folder)/acknowledgement.txt", with: Array(acknowledgement.text().utf8), mode: 0o600)
            return FoundFile(path: "\(folder)/communication.dcm", name: "communication.dcm")
        }
        guard var plan = try await StudyScanner(pool: pool).scan([file]).studies.first else {
            throw OperationFailure(.badData, "\(file.path) cannot be sent")
        }
        plan.headerOrder = nil
        return plan
    }

    /// Of the reply's own documents, which lie in its folder.
    private static func modules(of record: ReplyRecord) throws -> StudyModules {
        for file in try FileFinder.files(below: [record.folder]) where file.name.hasSuffix(".dcm") {
            guard let bytes = try? WholeFile.read(file.path), let document = try? DICOMFile(bytes: bytes, name: file.name),
                let study = StudyModules(of: document.dataSet), study.studyUID == record.studyUID
            else { continue }
            return study
        }
        throw OperationFailure(.fileAccess, "\(record.folder): there is no document of the reply any more")
    }

    /// The six facts that a record of a communication has: what, when known, who told, who was told, when, and how.
    private static func report(on acknowledgement: Acknowledgement, _ record: ReplyRecord, _ clinic: String) throws -> Report {
        let lines = [
            "Reply \(record.transfer), version \(record.version), \(record.reportStatus), by \(record.author), "
                + "given at \(record.time.formatted(.iso8601)) by the radiologist's clock.",
            "Arrived at \(record.noted.formatted(.iso8601)) and acknowledged at \(acknowledgement.time.formatted(.iso8601)) "
                + "by the clinic's clock.",
            "Acknowledged by \(acknowledgement.person), \(acknowledgement.role), \(clinic). Method: Veilray, signed.",
            acknowledgement.readBack.map { "Read back: \($0)" },
        ]
        return Report(
            text: try ReportText(Array(lines.compactMap(\.self).joined(separator: "\n").utf8)), author: acknowledgement.person,
            organization: clinic, time: acknowledgement.time, isPreliminary: false, title: "Acknowledgement of a report",
            urgency: "Acknowledged by \(acknowledgement.person), \(acknowledgement.role).")
    }
}
