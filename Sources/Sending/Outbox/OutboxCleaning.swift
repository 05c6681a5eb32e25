import Basics
import Concurrency
import Foundation
import GRDB
import Journal
import Logging

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
    }

    private func cleanFolder() async throws {
        let open = Set(try await queuedStudies().map(\.transferID))
        let names = try await pool.run { [folder] in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
        let transfers = Set(names.map { ($0 as NSString).deletingPathExtension })
        for transferID in transfers.subtracting(open).subtracting(["stat"]) {
            // The lock first, the journal again after it: another process may be taking this very transfer in.
            guard let lock = try await lock(transferID) else { continue }
            guard try await study(transferID)?.state.isClosed ?? true else { continue }
            try await remove(spool(transferID))
            try await pool.run { lock.remove() }
        }
    }

    /// A study a transaction: whoever sends at the same time waits for one at most.
    private func forgetOldStudies(_ now: Date) async throws {
        let old = try await database.read { database in
            try String.fetchAll(
                database, sql: "SELECT transferID FROM study WHERE closed < ? AND (source IS NULL OR isFiled)",
                arguments: [now.addingTimeInterval(-Self.memory)])
        }
        for transferID in old {
            _ = try await database.write { try OutboxStudy.deleteOne($0, key: transferID) }
        }
    }

    /// Closed studies' receipts are in their file; with the sealing's figures they are most of a row.
    private func forgetArchivedReceipts(_ now: Date) async throws {
        let full = try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT transferID, receipts FROM study
                    WHERE closed < ? AND receipts IS NOT NULL AND (source IS NULL OR isFiled) AND EXISTS (
                        SELECT 1 FROM instance WHERE instance.transferID = study.transferID AND (receipt IS NOT NULL OR report IS NOT NULL))
                    """, arguments: [now.addingTimeInterval(-Self.fullMemory)]
            ).map { (transferID: $0["transferID"] as String, receipts: $0["receipts"] as String) }
        }
        for (transferID, receipts) in full {
            guard try await pool.run({ access(receipts, R_OK) == 0 }) else { continue }
            try await database.write { database in
                try database.execute(
                    sql: "UPDATE instance SET receipt = NULL, report = NULL WHERE transferID = ?", arguments: [transferID])
            }
        }
    }
}
