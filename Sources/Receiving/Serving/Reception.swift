import Concurrency
import Files
import Logging
import Operations
import Protocol
import StegoKit

/// The parts that all sessions share: the journal, the spool, and the service that restores arrived files.
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

    /// Files that have arrived and are not restored yet were not the reason for this end.
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

extension Reception {
    /// Runs everything that works on what arrives, while `body` runs. It begins with what an earlier run left.
    ///
    /// However `body` ends, everything that this started has ended when it returns.
    /// - Throws: the errors of `body`; `FileError` and errors of the journal where an earlier run's work cannot be taken up.
    func running<Result: Sendable>(
        _ cards: LiveTrust, while body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let recovery = ChangeNotice()
        let result = try await withServices(services(cards, behind: recovery)) {
            try await recover()
            recovery.post()
            return try await body()
        }
        await endInOrder()
        return result
    }

    /// The last one is stopped first: files that have come are still restored, restored ones reported.
    private func services(_ cards: LiveTrust, behind recovery: ChangeNotice) -> [Service] {
        [
            Service {
                try await recovery.change(after: 0)
                await pulse?.beat()
            },
            Service { await forwarder?.run() },
            Service { await disk.keepLooking() },
            Service { try await manifests.keepTidying(on: pool) },
            Service({ await notifier.run() }, stop: { await notifier.finish() }),
            Service({ await restoring.run() }, stop: { await restoring.stop() }),
            Service { try await cards.keepLooking(on: pool) },
            // Files of a sender that is trusted again wait no longer.
            Service { try await cards.watch.forEachChange { await restoring.resume() } },
        ]
    }

    /// The capabilities of this release as a reader.
    static var capabilities: Capabilities {
        Capabilities(
            codecs: StegoCodec.allCases.compactMap { CapabilityName($0.rawValue) },
            methods: EmbeddingMethod.all.compactMap { CapabilityName($0.name) },
            features: [Capabilities.probing] + StegoFeatures.names.compactMap { CapabilityName($0) })
    }

    /// On what terms studies are taken now. A sender that comes while the disk has too little room gets one chunk of credit, and the rest
    /// when it has.
    var terms: StudyTerms {
        get async {
            var limits = SessionLimits()
            if await !disk.hasRoom() { limits.creditWindow = limits.chunkBytes }
            return StudyTerms(keepsStego: keyring != nil, limits: limits)
        }
    }

    /// Gives a session's credit back, with what its terms held back.
    func credit(of session: Session) -> CreditGate {
        let granted = session.agreement.incoming?.limits.creditWindow ?? SessionLimits().creditWindow
        return CreditGate(session: session, disk: disk, owed: SessionLimits().creditWindow - granted, clock: clock)
    }
}

/// Tells the service manager that the receiver is ready, and then, for as long as that is so, that it goes on.
///
/// A receiver that nobody sends to does nothing. So that it can be told from one that is stuck, each beat asks what everything else has to
/// pass: the journal for its turn to write, the file systems for their room, the restoring for an answer.
struct ReceptionPulse: Sendable {
    private let reception: Reception
    private let manager: ServiceManager

    init(_ reception: Reception, manager: ServiceManager = .shared) {
        self.reception = reception
        self.manager = manager
    }

    /// Beats until it is cancelled; returns at once, after telling that it is ready, where no watchdog waits for beats.
    func beat() async {
        manager.becomeReady([.reception])
        guard let interval = manager.watchdogInterval else { return }
        while !Task.isCancelled {
            // A journal that answers with an error is not stuck: a new start would not mend it.
            try? await reception.inbox.answer()
            _ = await reception.disk.freeBytes()
            await reception.restoring.answer()
            guard !Task.isCancelled else { return }
            manager.comeRound(.reception)
            try? await reception.clock.sleep(for: interval / 4)
        }
    }
}

extension RestoringService {
    /// Returns when the actor has come to it.
    fileprivate func answer() {}
}
