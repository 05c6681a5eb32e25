import CommandLineSupport
import Protocol

/// Ends studies whose senders will not return. Call it with the inbox's lock held: nothing may arrive meanwhile.
struct StudyDiscarding: Sendable {
    /// What is told of a file that was given up.
    static let reason = "discarded at the receiver"

    let inbox: Inbox
    let spool: Spool
    let pool: WorkerPool

    /// A study that is arriving, for a person who is to decide.
    struct Candidate: Sendable {
        let transfer: TransferID
        let description: String

        init(_ transfer: TransferID, _ study: StudyStatus) {
            self.transfer = transfer
            let count = study.instances.values.reduce(0, +)
            description =
                "\(study.transfer.prefix(12)) from \(study.peer): \(study.instances[.restored] ?? 0) of \(count) files are restored, "
                + "\(Quantities.bytes(study.spooledBytes)) in the spool"
        }
    }

    /// The studies that are meant. Nothing is changed.
    ///
    /// - Throws: ``CommandFailure`` `.usage` for a transfer that is not there or is not arriving.
    func candidates(_ transfers: [TransferArgument]) async throws -> [Candidate] {
        var candidates: [Candidate] = []
        for text in try TransferArgument.each(transfers, of: try await inbox.transfers()) {
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
    /// - Throws: ``CommandFailure`` `.usage` when it has ended since; ``FileError``, ``PublishingConflict``, `DatabaseError`.
    func discard(_ transfer: TransferID, tell: (ReceiverReport.StudyEnd) -> Void) async throws {
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
                throw CommandFailure(.inputOutput, "\(error); the study is discarded, and 'serve' does the rest when the folder is back")
            }
        }
        tell(ReceiverReport.StudyEnd(study))
        // Nobody else changes the inbox, so the study is still as it was told.
        _ = try await inbox.announced(study, moved: moved, forwards: false)
        await inbox.overwriteLog()
    }

    private static func isClosed(_ transfer: TransferID, _ state: StudyState?) -> CommandFailure {
        CommandFailure(
            .usage,
            "the transfer \(transfer.description.prefix(12)) is \(state?.rawValue ?? "gone") already; there is nothing to discard"
                + (state == .complete ? " ('forward drop' ends its handing on)" : ""))
    }
}
