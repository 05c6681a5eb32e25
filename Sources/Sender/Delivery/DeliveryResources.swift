import CommandLineSupport
import Logging
import Protocol

/// What all transfers of one process share.
struct DeliveryResources: Sendable {
    /// Routine studies that are sent at once; more would only take the link from each other.
    static let routineStudies = 4

    let home: Home
    let identity: Identity
    let trust: TrustStore
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
    let headStart = HeadStart()

    /// Opens the outbox and cleans up what crashes left in it.
    ///
    /// - Throws: ``ProtocolError`` when there is no identity; `FileError`, `DatabaseError`.
    static func open(_ home: Home, reporter: SenderReporter) async throws -> DeliveryResources {
        let pool = WorkerPool(label: "veilray.seal")
        let outbox = try await pool.run { try Outbox(home: home) }
        try await outbox.clean()
        return DeliveryResources(
            home: home, identity: try Identity.load(from: home), trust: try TrustStore(home: home), outbox: outbox, pool: pool,
            disk: WorkerPool(label: "veilray.disk", width: 2), processors: PrioritySlots(count: pool.width),
            routinePlaces: PrioritySlots(count: routineStudies),
            scheduler: LinkScheduler(urgencyLockPath: outbox.urgencyLockPath), reporter: reporter, figures: DeliveryFigures(),
            hurry: ChangeNotice())
    }
}

extension DeliveryResources {
    /// SIGHUP reads the trusted cards again while `body` runs, and lets studies that wait for their next attempt try at once.
    func reloadingTrust<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        try await HangupSignal.handled { [trust, hurry] in
            let log = Logger(label: "veilray.deliver")
            do {
                try trust.reload()
                log.info("the trusted cards were read again", metadata: ["cards": "\(trust.peers.count)"])
            } catch {
                log.error("the trusted cards cannot be read; those known before count", metadata: ["reason": "\(error)"])
            }
            hurry.post()
        } while: {
            try await body()
        }
    }
}
