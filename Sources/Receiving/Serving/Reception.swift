import Concurrency
import Files
import Logging
import Protocol
import StegoKit

/// What all sessions share: the journal, the spool, and what restores what has arrived.
struct Reception: Sendable {
    /// Measures all waits.
    let clock: any MonotonicClock
    let inbox: any InboxStore
    let spool: Spool
    let restoring: RestoringService
    let active = ActiveTransfers()
    let manifests = ManifestPlaces()
    let notifier: CompletionNotifier
    /// `nil` where studies are not forwarded.
    let forwarder: Forwarder?
    let disk: DiskGuard
    let deduplicator: Deduplicator
    let counters = ReceiverCounters()
    let pool: WorkerPool
    /// Remembers study keys where stego files are kept.
    let keyring: Keyring?
    /// Where restored files, and stego files that are kept, are written: a killed process may have left temporary ones.
    let folders: [GuardedFolder]
    /// Critical attributes of manifests that are understood.
    var understood: Set<AttributeName> = []
    /// Decides which studies are let in; `nil` lets all studies of trusted senders in.
    var gate: (any StudyGate)?
    /// Sends peers what waits for them, in sessions of theirs; `nil` where nothing ever does.
    var sending: (any StudySending)?
    /// Whether the service manager is told that this goes on.
    var hasPulse = true

    private static let log = Logger(label: "veilray.receive")

    var pulse: ReceptionPulse? { hasPulse ? ReceptionPulse(self) : nil }

    /// Takes up what an earlier run left: whatever arrived is restored, with its sender or without, and whatever was complete is announced.
    func recover() async throws {
        try await pool.run { [folders] in
            for folder in folders { try (try? folder.open())?.reach { LeftoverFiles.remove(in: $0) } }
        }
        try await spool.tidyAll()
        try await inbox.wipeKeys()
        // Before any of them is begun: one may have ended the program, and would again.
        try await inbox.countAttempts(upTo: RestoringService.attemptsInCompany)
        for transfer in try await inbox.unreported() { await notifier.notify(of: transfer) }
        let unrestored = try await inbox.unrestored()
        try await pool.run { [folders] in
            for folder in folders {
                if let folder = try? folder.open() { UnfinishedRestoration.removeAll(in: folder, except: unrestored.map(\.0)) }
            }
        }
        for (instance, key) in unrestored {
            await restoring.set(try StudyKey(bytes: key), of: instance.transfer)
            await restoring.restore(instance)
        }
    }

    /// A session has ended; the key that it brought is kept only while something is expected of its study.
    func letGoOfKey(of transfer: TransferID) async {
        do {
            if try await inbox.wipeKeyIfOver(transfer) { await restoring.forget(transfer) }
        } catch {
            Self.log.error("a study's key could not be wiped", metadata: ["transfer": "\(transfer)", "reason": "\(error)"])
        }
    }

    /// Whatever has arrived and is not restored yet was not the reason for this end.
    func endInOrder() async {
        do {
            try await inbox.forgetAttempts()
        } catch {
            Self.log.error("the journal could not be closed in order", metadata: ["reason": "\(error)"])
        }
    }

    /// Studies that came to their end: their keys are of no use any more, and the world is told.
    func finished(_ studies: [TransferID: StudyState]) async {
        for transfer in studies.keys {
            await restoring.forget(transfer)
            await notifier.notify(of: transfer)
        }
    }
}
