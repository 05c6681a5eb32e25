import Basics
import Concurrency
import Foundation
import Protocol

/// Ends studies whose senders will not return. Call it with the inbox's lock held: nothing may arrive meanwhile.
package struct ArrivingStudyDiscarding: Sendable {
    /// The reason that the sender is told of a file that was given up.
    static let reason = "discarded at the receiver"

    private let inbox: any InboxStore
    private let spool: Spool
    private let pool: WorkerPool

    /// - Parameter state: the folder of this side's state, whose spool the inbox's files wait in.
    /// - Throws: `FileError`
    package init(inbox: Inbox, state: URL, pool: WorkerPool) throws {
        self.inbox = inbox.store
        spool = Spool(folder: try SpoolFolder(state: state), inbox: inbox.store, pool: pool)
        self.pool = pool
    }

    /// A study that is arriving, for a person who is to decide.
    package struct Candidate: Sendable {
        package let transfer: TransferID
        package let description: String

        init(_ transfer: TransferID, _ study: StudyStatus) {
            self.transfer = transfer
            let count = study.instances.values.reduce(0, +)
            description =
                "\(transfer.description.prefix(12)) from \(study.peer): \(study.instances[.restored] ?? 0) of \(count) files are restored, "
                + "\(Quantities.bytes(study.spooledBytes)) in the spool"
        }
    }

    /// The studies that are meant. Nothing is changed.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` for a transfer that is not there or is not arriving.
    package func candidates(_ transfers: [TransferPrefix]) async throws -> [Candidate] {
        var candidates: [Candidate] = []
        for transfer in try TransferPrefix.each(transfers, of: try await inbox.transfers()) {
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
    /// - Throws: `OperationFailure` `.invalidRequest` when it has ended since; `FileError`, ``ReceivingError``.
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
            } catch let error as ReceivingError where error.isFolderAway {
                throw OperationFailure(.fileAccess, "\(error); the study is discarded, and 'serve' does the rest when the folder is back")
            }
        }
        tell(ReceiverEvent.StudyEnd(study))
        // Nobody else changes the inbox, so the study is still as it was told.
        _ = try await inbox.reported(study, moved: moved, forwards: false)
        await inbox.overwriteTraces()
    }

    private static func isClosed(_ transfer: TransferID, _ state: StudyState?) -> OperationFailure {
        OperationFailure(
            .invalidRequest,
            "the transfer \(transfer.description.prefix(12)) is \(state?.rawValue ?? "gone") already; there is nothing to discard"
                + (state == .complete ? " ('forward drop' ends its forwarding)" : ""))
    }
}
