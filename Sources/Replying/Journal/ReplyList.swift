import Basics
import Foundation
import Protocol

/// The replies of a home, to look at and to name.
package struct ReplyList: Sendable {
    private let journal: ReplyJournal

    /// `nil` where there are none. Blocks.
    ///
    /// - Throws: `JournalError`, `FileError`
    package init?(home: Home) throws {
        guard ReplyJournal.exists(in: home.state) else { return nil }
        journal = try ReplyJournal(state: home.state)
    }

    /// Replies that this side has given, the last first.
    package func own(limit: Int, onlyOpen: Bool) async throws -> [ReplyRecord] {
        onlyOpen ? Array(try await journal.unacknowledged(isOwn: true).prefix(limit)) : try await journal.records(isOwn: true, limit: limit)
    }

    /// Transfers of this side that somebody has answered, in whatever status.
    package func answeredTransfers() async throws -> Set<String> { try await journal.answeredTransfers() }

    /// The reply from elsewhere that a person means.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` when none or several are meant.
    package func received(meantBy prefix: TransferPrefix) async throws -> ReplyRecord {
        let records = try await journal.records(isOwn: false)
        let transfer = try prefix.only(of: records.compactMap(\.transferID))
        guard let record = records.first(where: { $0.transferID == transfer }) else {
            throw OperationFailure(.invalidRequest, "there is no reply \(prefix.beginning)")
        }
        return record
    }
}
