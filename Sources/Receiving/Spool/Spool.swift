import Concurrency
import Logging
import Protocol

/// The spool with the journal that says what of it is needed.
struct Spool: Sendable {
    let folder: SpoolFolder
    let inbox: any InboxStore
    let pool: WorkerPool

    private static let log = Logger(label: "veilray.spool")

    /// Removes what is not needed any more of a study's part of the spool.
    func tidy(_ transfer: TransferID) async {
        do {
            // In this order: what is neither pinned nor in the journal after that can never be needed again.
            let candidates = try await pool.run { [folder] in folder.unpinnedSegments(of: transfer) }
            let inUse = try await inbox.segmentsInUse(of: transfer)
            try await pool.run { [folder] in folder.remove(candidates.subtracting(inUse), of: transfer) }
        } catch {
            Self.log.warning("the spool could not be tidied", metadata: ["transfer": "\(transfer)", "reason": "\(error)"])
        }
    }

    /// Removes what a killed process left behind. Call it before anything is received.
    func tidyAll() async throws {
        for transfer in try await pool.run({ [folder] in folder.transfers() }) { await tidy(transfer) }
    }
}
