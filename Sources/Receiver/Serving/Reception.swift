import CommandLineSupport
import Protocol
import StegoKit

/// What all sessions share: the journal, the spool, and what restores what has arrived.
struct Reception: Sendable {
    let inbox: Inbox
    let spool: Spool
    let settling: SettlingQueue
    let restoring: RestoringService
    let claims = StudyClaims()
    let announcer: StudyAnnouncer
    /// `nil` where studies are not handed on.
    let forwarder: Forwarder?
    let disk: DiskGuard
    let known: KnownInstances
    let counters = ReceiverCounters()
    let pool: WorkerPool
    /// Remembers study keys where stego files are kept.
    let keyring: Keyring?

    /// Takes up what an earlier run left: whatever arrived is restored, with its sender or without, and whatever was complete is announced.
    func recover() async throws {
        try await pool.run { [known] in LeftoverFiles.remove(in: known.folder) }
        try await spool.tidyAll()
        for transfer in try await inbox.unannounced() { await announcer.announce(transfer) }
        for (instance, key) in try await inbox.unrestored() {
            await restoring.set(try StudyKey(bytes: key), of: instance.transfer)
            await restoring.restore(instance)
        }
    }

    /// Studies that came to their end: their keys are of no use any more, and the world is told.
    func finished(_ studies: [TransferID: StudyState]) async {
        for transfer in studies.keys {
            await restoring.forget(transfer)
            await announcer.announce(transfer)
        }
    }
}
