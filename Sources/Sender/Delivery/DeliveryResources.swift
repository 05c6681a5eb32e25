import CommandLineSupport
import Logging
import Protocol
import SecureChannel

/// What all transfers of one process share.
struct DeliveryResources: Sendable {
    /// Routine studies that are sent at once; more would only take the link from each other.
    static let routineStudies = 4

    let home: Home
    let identity: Identity
    let trust: TrustStore
    /// Ends sessions with receivers whose cards were removed; looks for itself while ``watchingTrust(while:)`` runs.
    let watch: TrustWatch
    let outbox: Outbox
    let pool: WorkerPool
    /// For what takes a moment and must not wait until a file is sealed: reading and removing sealed files.
    let disk: WorkerPool
    /// A place for each processor: sealing takes one each.
    let processors: PrioritySlots
    /// Places for routine studies; urgent ones need none.
    let routinePlaces: PrioritySlots
    let scheduler: LinkScheduler
    let reporter: SenderReporter
    let figures: DeliveryFigures
    /// Posted when waiting for the next attempt should end, such as after the trusted cards were read anew.
    let hurry: ChangeNotice
    let headStart: HeadStart
    /// Measures all waits.
    let clock: any MonotonicClock

    /// Opens the outbox and cleans up what crashes left in it.
    ///
    /// - Throws: ``ProtocolError`` when there is no identity; `FileError`, `DatabaseError`.
    static func open(
        _ home: Home, reporter: SenderReporter, clock: any MonotonicClock = ContinuousClock()
    ) async throws -> DeliveryResources {
        // Before anything is made there.
        let (identity, trust) = (try Identity.load(from: home), try TrustStore(home: home))
        let outbox = try await WorkerPool(label: "veilray.open", width: 1).run { try Outbox(home: home) }
        try await outbox.clean()
        return DeliveryResources(home: home, identity: identity, trust: trust, outbox: outbox, reporter: reporter, clock: clock)
    }

    init(
        home: Home, identity: Identity, trust: TrustStore, outbox: Outbox, reporter: SenderReporter,
        clock: any MonotonicClock = ContinuousClock()
    ) {
        self.clock = clock
        self.home = home
        self.identity = identity
        self.trust = trust
        watch = TrustWatch(trust)
        self.outbox = outbox
        self.reporter = reporter
        // Threads are shared among queues of one class only: what takes a moment must not wait for what takes seconds.
        pool = WorkerPool(label: "veilray.seal", qos: .utility)
        disk = WorkerPool(label: "veilray.disk", width: 2)
        processors = PrioritySlots(count: pool.width)
        routinePlaces = PrioritySlots(count: Self.routineStudies)
        scheduler = LinkScheduler(urgencyLockPath: outbox.urgencyLockPath, clock: clock)
        headStart = HeadStart(clock: clock)
        figures = DeliveryFigures()
        hurry = ChangeNotice()
    }
}

extension DeliveryResources {
    /// The receiver of a transfer, as it is trusted now, also where another process has changed that.
    ///
    /// - Throws: ``CommandFailure`` `.notTrusted` when its card is not trusted any more.
    func correspondent(of study: OutboxStudy) async throws -> Correspondent {
        await readChangedCards()
        return try Correspondent(identity: identity, trust: trust, of: study)
    }

    /// Where cards cannot be read, those known before count.
    func readChangedCards() async {
        _ = try? await disk.run { [trust] in try trust.reloadIfChanged() }
    }

    /// Looks for changed cards every two seconds while `body` runs: a session with a receiver whose card was removed ends.
    func watchingTrust<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        let looking = Task { try await watch.keepLooking(clock: clock) { await readChangedCards() } }
        defer { looking.cancel() }
        return try await body()
    }

    /// SIGHUP reads the trusted cards again while `body` runs, and lets studies that wait for their next attempt try at once.
    func reloadingTrust<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        try await HangupSignal.handled { [trust, watch, hurry] in
            trust.reload(telling: Logger(label: "veilray.deliver"), at: .info)
            watch.look()
            hurry.post()
        } while: {
            try await watchingTrust(while: body)
        }
    }
}
