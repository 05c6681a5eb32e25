import Foundation
import Protocol

/// The `--json` lines of `veilray-send status`; docs/json/outbox.md lists them.
package enum OutboxOverview {
    package struct Study: Encodable, Sendable {
        package let event = "status"
        package let transfer: TransferID
        /// StudyInstanceUID of the stego files.
        package let study: String
        package let to: String
        package let priority: Priority
        package let state: OutboxStudy.State
        /// Some process is delivering it.
        package let isActive: Bool
        package let created: Date
        package let closed: Date?
        package let files: Int
        let planned: Int
        package let sealed: Int
        package let sending: Int
        package let acknowledged: Int
        package let failed: Int
        package let withdrawn: Int
        package let originalBytes: Int
        package let stegoBytes: Int
        /// Bytes of stego files that the receiver is known to have.
        let acknowledgedBytes: Int
        let attempts: Int
        package let lastError: String?
        package let receipts: String?
        /// Where the files are, and of whom; for the people of this side.
        package let folder: String?
        package let patientName: String?
        package let patientID: String?
        package let studyDate: String?
        let studyDescription: String?
    }

    package struct File: Encodable, Sendable {
        package let event = "file"
        package let transfer: TransferID
        package let name: String
        package let state: OutboxInstance.State
        package let originalBytes: Int
        package let stegoBytes: Int?
        let acknowledgedBytes: Int
        package let reason: String?
    }
}

extension Outbox {
    /// Studies that are not closed, urgent ones first, then those that were closed after a date; each kind from old to new.
    package func overview(closedAfter date: Date) async throws -> [OutboxOverview.Study] {
        let (studies, rows) = try await journal.summary(closedSince: date)
        let sums = Dictionary(grouping: rows, by: \.transferID)
        let order: (OutboxStudy) -> Int = { $0.state.isClosed ? 2 : $0.priority == .stat ? 0 : 1 }
        var overview: [OutboxOverview.Study] = []
        for kind in 0...2 {
            for study in studies where order(study) == kind {
                let isActive = study.state.isClosed ? false : try await isBeingDelivered(study.transferID)
                overview.append(self.overview(study, sums[study.transferID] ?? [], isActive: isActive))
            }
        }
        return overview
    }

    private func overview(_ study: OutboxStudy, _ rows: [OutboxStateSum], isActive: Bool) -> OutboxOverview.Study {
        func count(_ state: OutboxInstance.State) -> Int { rows.first { $0.state == state }?.files ?? 0 }
        func sum(_ figure: (OutboxStateSum) -> Int) -> Int { rows.reduce(0) { $0 + figure($1) } }
        return OutboxOverview.Study(
            transfer: study.transferID, study: study.studyUID.text, to: study.peerName.text, priority: study.priority, state: study.state,
            isActive: isActive, created: study.created, closed: study.closed,
            files: study.fileCount, planned: count(.planned), sealed: count(.sealed), sending: count(.sending),
            acknowledged: count(.acknowledged), failed: count(.failed), withdrawn: count(.withdrawn), originalBytes: sum(\.originalBytes),
            stegoBytes: sum(\.stegoBytes), acknowledgedBytes: sum(\.acknowledgedBytes), attempts: study.attempts,
            lastError: study.lastError, receipts: study.receipts, folder: study.subject?.folder, patientName: study.subject?.patientName,
            patientID: study.subject?.patientID, studyDate: study.subject?.studyDate, studyDescription: study.subject?.studyDescription)
    }

    package func files(of study: OutboxOverview.Study) async throws -> [OutboxOverview.File] {
        try await instances(of: study.transfer).map { row in
            OutboxOverview.File(
                transfer: study.transfer, name: row.name, state: row.state, originalBytes: row.originalBytes, stegoBytes: row.sealedBytes,
                acknowledgedBytes: row.acknowledgedBytes, reason: row.failure)
        }
    }
}
