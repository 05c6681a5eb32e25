import Basics
import Concurrency
import Logging
import Protocol

/// Serves one sender from its greeting to its goodbye.
struct SessionHandler: Sendable {
    /// How long a sender may be connected without opening a study. It connects again by itself when it has one.
    static let idleLimit = Duration.seconds(300)

    let session: Session
    let reception: Reception
    let observer: any ReceiverObserver
    let studies: StudyCounter
    let credit: CreditGate

    private let log = Logger(label: "veilray.receive")

    init(session: Session, reception: Reception, observer: any ReceiverObserver, studies: StudyCounter, credit: CreditGate) {
        self.session = session
        self.reception = reception
        self.observer = observer
        self.studies = studies
        self.credit = credit
    }

    /// Returns when the sender has said goodbye; or when it has no study open and the receiver is to stop, or it has opened none for long.
    func run(until stop: StopRequest) async throws {
        while let event = try await stop.first(within: Self.idleLimit, orElse: { try await session.nextEvent() }) {
            switch event {
            case .studyOpened(let manifest):
                do {
                    try await receive(manifest)
                } catch let error as ProtocolError where error.code == .studyEnded {
                    // The sender may go on with another one.
                    log.notice("study ended by its sender", metadata: ["study": "\(manifest.studyUID.text)", "reason": "\(error.reason)"])
                }
            case .studyRefused(let manifest, _, let reason):
                log.notice("study refused", metadata: ["study": "\(manifest.studyUID.text)", "reason": "\(reason)"])
            default: break
            }
        }
        await session.end()
    }

    private func receive(_ manifest: Manifest) async throws {
        let study = StudyReception(session: session, manifest: manifest, reception: reception, observer: observer, credit: credit)
        let tally = try await study.run().tally
        reception.counters.add { $0.studies += 1 }
        observer.observe(
            .study(
                ReceiverEvent.Study(
                    study: manifest.studyUID.text, peer: session.agreement.peer.name.text, restored: tally.restored, failed: tally.failed,
                    withdrawn: tally.withdrawn)))
        await studies.finishedOne()
    }
}

extension StopRequest {
    /// What `body` returns, or `nil` when the stop is requested first, or the time is over; `body` is cancelled then.
    package func first<Result: Sendable>(
        within limit: Duration, by clock: any MonotonicClock = ContinuousClock(),
        orElse body: @escaping @Sendable () async throws -> Result?
    ) async throws -> Result? {
        try await first {
            try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await clock.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
    }
}
