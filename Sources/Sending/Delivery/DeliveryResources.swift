import Concurrency
import Logging
import Protocol

/// What all transfers of one process share.
package struct DeliveryResources: Sendable {
    /// Routine studies that are sent at once; more would only take the link from each other.
    static let routineStudies = 4

    package let home: Home
    package let identity: Identity
    package let trust: TrustStore
    /// Ends sessions with receivers whose cards were removed; looks for itself while ``watchingTrust(while:)`` runs.
    package let watch: TrustWatch
    package let outbox: Outbox
    let sealing: SealingCapacity
    /// For what takes a moment and must not wait until a file is sealed: reading and removing sealed files.
    let disk: WorkerPool
    /// Places for routine studies; urgent ones need none.
    let routinePlaces: PrioritySemaphore
    let scheduler: LinkScheduler
    package let observer: any SenderObserver
    package let figures: DeliveryFigures
    /// Posted when waiting for the next attempt should end, such as after the trusted cards were read anew.
    let retryNow: ChangeNotice
    package let earlyConnection: EarlyConnection
    /// Takes what receivers have for this side in sessions in which it sends; `nil` where nobody does.
    package var replies: ReplyCollector?
    /// Measures all waits.
    let clock: any MonotonicClock

    /// Opens the outbox and cleans up what crashes left in it.
    ///
    /// - Throws: ``ProtocolError`` when there is no identity; `FileError`, `DatabaseError`.
    package static func open(
        _ home: Home, observer: any SenderObserver, clock: any MonotonicClock = ContinuousClock()
    ) async throws -> DeliveryResources {
        // Before anything is made there.
        let (identity, trust) = (try Identity.load(from: home), try TrustStore(home: home))
        let outbox = try await WorkerPool(label: "veilray.open", width: 1).run { try Outbox(home: home) }
        try await outbox.clean()
        return DeliveryResources(home: home, identity: identity, trust: trust, outbox: outbox, observer: observer, clock: clock)
    }

    package init(
        home: Home, identity: Identity, trust: TrustStore, outbox: Outbox, observer: any SenderObserver,
        clock: any MonotonicClock = ContinuousClock()
    ) {
        self.clock = clock
        self.home = home
        self.identity = identity
        self.trust = trust
        watch = TrustWatch(trust)
        self.outbox = outbox
        self.observer = observer
        // Threads are shared among queues of one class only: what takes a moment must not wait for what takes seconds.
        sealing = SealingCapacity(pool: WorkerPool(label: "veilray.seal"))
        disk = WorkerPool(label: "veilray.disk", width: 2)
        routinePlaces = PrioritySemaphore(count: Self.routineStudies)
        scheduler = LinkScheduler(urgencyLockPath: outbox.urgencyLockPath, clock: clock)
        earlyConnection = EarlyConnection(clock: clock)
        figures = DeliveryFigures()
        retryNow = ChangeNotice()
    }
}

extension DeliveryResources {
    /// Threads for work that takes seconds.
    package var pool: WorkerPool { sealing.pool }

    /// Takes a transfer in hand, with its rows as they are now.
    func transfer(_ study: OutboxStudy, record: DeliveryRecord = DeliveryRecord()) async throws -> Transfer {
        Transfer(
            study, try await outbox.instances(of: study.transferID), outbox: outbox, disk: disk, observer: observer, figures: figures,
            record: record)
    }

    /// The receiver of a transfer, as it is trusted now, also where another process has changed that.
    ///
    /// - Throws: `OperationFailure` `.notTrusted` when its card is not trusted any more.
    func receiver(of study: OutboxStudy) async throws -> ReceiverEndpoint {
        await readChangedCards()
        return try ReceiverEndpoint(identity: identity, trust: trust, of: study)
    }

    /// Where cards cannot be read, those known before count.
    func readChangedCards() async {
        _ = try? await disk.run { [trust] in try trust.reloadIfChanged() }
    }

    /// Looks for changed cards every two seconds while `body` runs: a session with a receiver whose card was removed ends.
    package func watchingTrust<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        let looking = Task { try await watch.keepLooking(clock: clock) { await readChangedCards() } }
        defer { looking.cancel() }
        return try await body()
    }

    /// Reads the trusted cards at once, and lets studies that wait for their next attempt try at once.
    package func reloadTrust() {
        trust.reload(telling: Logger(label: "veilray.deliver"), at: .info)
        watch.look()
        retryNow.post()
    }
}
