import Basics
import Concurrency
import Protocol

/// Ends studies whose senders will not return. Call it with the inbox's lock held: nothing may arrive meanwhile.
package struct ArrivingStudyDiscarding: Sendable {
    /// What is told of a file that was given up.
    package static let reason = "discarded at the receiver"

    package let inbox: Inbox
    package let spool: Spool
    package let pool: WorkerPool

    package init(inbox: Inbox, spool: Spool, pool: WorkerPool) {
        self.inbox = inbox
        self.spool = spool
        self.pool = pool
    }

    /// A study that is arriving, for a person who is to decide.
    package struct Candidate: Sendable {
        package let transfer: TransferID
        package let description: String

        package init(_ transfer: TransferID, _ study: StudyStatus) {
            self.transfer = transfer
            let count = study.instances.values.reduce(0, +)
            description =
                "\(study.transfer.prefix(12)) from \(study.peer): \(study.instances[.restored] ?? 0) of \(count) files are restored, "
                + "\(Quantities.bytes(study.spooledBytes)) in the spool"
        }
    }

    /// The studies that are meant. Nothing is changed.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` for a transfer that is not there or is not arriving.
    package func candidates(_ transfers: [TransferPrefix]) async throws -> [Candidate] {
        var candidates: [Candidate] = []
        for text in try TransferPrefix.each(transfers, of: try await inbox.transfers()) {
            let transfer = try TransferID(hexadecimal: text).orDamaged()
            let study = try await inbox.study(transfer).orDamaged()
            guard study.state == .arriving else { throw Self.isClosed(transfer, study.state) }
            candidates.append(Candidate(transfer, study))
        }
        return candidates
    }

    /// Discards one study: the journal first, then the spool, then what a study's end brings. Killed in between, the next `serve` does
    /// the rest.
    ///
    /// - Parameter tell: told of the study's end, before the journal notes that somebody was.
    /// - Throws: `OperationFailure` `.invalidRequest` when it has ended since; ``FileError``, ``PublishingConflict``, `DatabaseError`.
    package func discard(_ transfer: TransferID, tell: (ReceiverEvent.StudyEnd) -> Void) async throws {
        guard try await inbox.discard(transfer, reason: Self.reason) else {
            throw Self.isClosed(transfer, try await inbox.study(transfer)?.state)
        }
        await spool.tidy(transfer)
        let study = try await inbox.finishedStudy(transfer).orDamaged()
        // What waited for the rest of a whole study waits no more.
        let moved = try await pool.run { [inbox] in
            do {
                return try StagedStudy.publish(study) { try inbox.knownFolder($0) }
            } catch let error as FolderAway {
                throw OperationFailure(.fileAccess, "\(error); the study is discarded, and 'serve' does the rest when the folder is back")
            }
        }
        tell(ReceiverEvent.StudyEnd(study))
        // Nobody else changes the inbox, so the study is still as it was told.
        _ = try await inbox.announced(study, moved: moved, forwards: false)
        await inbox.overwriteLog()
    }

    private static func isClosed(_ transfer: TransferID, _ state: StudyState?) -> OperationFailure {
        OperationFailure(
            .invalidRequest,
            "the transfer \(transfer.description.prefix(12)) is \(state?.rawValue ?? "gone") already; there is nothing to discard"
                + (state == .complete ? " ('forward drop' ends its handing on)" : ""))
    }
}
