import CommandLineSupport
import Foundation
import GRDB

extension Outbox {
    /// How long a closed study stays in the journal; its receipts stay in their file for good.
    static let memory: TimeInterval = 90 * 86_400

    /// Removes what crashes left: folders and locks of transfers that are not in the journal, sealed files of closed ones, old rows.
    ///
    /// Whatever another process holds the lock of is left alone. Run it once when a program starts.
    func clean(now: Date = Date()) async throws {
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
        _ = try await database.write { database in
            try OutboxStudy.filter(
                Column("closed") < now.addingTimeInterval(-Self.memory) && (Column("source") == nil || Column("isFiled") == true)
            ).deleteAll(database)
        }
    }
}
