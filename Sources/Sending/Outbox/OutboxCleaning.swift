import Basics
import Concurrency
import Foundation
import Journal
import Logging
import Protocol

extension Outbox {
    /// How long a closed study stays in the journal; its receipts stay in their file for good.
    static let memory: TimeInterval = 90 * 86_400
    /// How long a closed study keeps its receipts and figures in the journal too, for those who wait for its end.
    static let fullMemory: TimeInterval = 86_400

    /// Cleans once a day until it is cancelled: a service may run for years.
    ///
    /// - Throws: `CancellationError`.
    func keepClean(every interval: Duration = .seconds(86_400), clock: any MonotonicClock) async throws {
        while true {
            try await clock.sleep(for: interval)
            do {
                try await clean()
            } catch  where !(error is CancellationError) {
                Logger(label: "veilray.outbox").error(
                    "the outbox cannot be cleaned", metadata: ["reason": "\(JournalDatabase.reason(for: error))"])
            }
        }
    }

    /// Removes what crashes left: folders and locks of transfers that are not in the journal, sealed files of closed ones, old rows;
    /// and what the journal holds twice.
    ///
    /// Whatever another process holds the lock of is left alone. Run it when a program starts and daily.
    package func clean(now: Date = Date()) async throws {
        try await cleanFolder()
        try await forgetOldStudies(now)
        try await forgetArchivedReceipts(now)
        try await journal.forgetInstances(takenBefore: now.addingTimeInterval(-Self.memory))
    }

    private func cleanFolder() async throws {
        let open = Set(try await journal.queuedStudies().map(\.transferID))
        let names = try await pool.run { [folder] in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
        let transfers = Set(names.compactMap { TransferID(hexadecimal: ($0 as NSString).deletingPathExtension) })
        for transferID in transfers.subtracting(open) {
            // The lock first, the journal again after it: another process may be taking this very transfer in.
            guard let lock = try await lock(transferID) else { continue }
            guard try await study(transferID)?.state.isClosed ?? true else { continue }
            try await removeSpool(of: transferID)
            try await pool.run { lock.remove() }
        }
    }

    /// A study a transaction: a process that sends at the same time waits for one at most.
    private func forgetOldStudies(_ now: Date) async throws {
        for transferID in try await journal.transfers(closedBefore: now.addingTimeInterval(-Self.memory)) {
            try await journal.forget(transferID)
        }
    }

    /// Closed studies' receipts are in their file; with the sealing's figures they are most of a row.
    private func forgetArchivedReceipts(_ now: Date) async throws {
        for (transferID, receipts) in try await journal.archivedTransfers(closedBefore: now.addingTimeInterval(-Self.fullMemory)) {
            guard try await pool.run({ access(receipts, R_OK) == 0 }) else { continue }
            try await journal.forgetReceipts(of: transferID)
        }
    }
}
