import CommandLineSupport
import Protocol

/// Serves one sender from its greeting to its goodbye.
struct SessionHandler: Sendable {
    /// How long a sender may be connected without opening a study. It connects again by itself when it has one.
    static let idleLimit = Duration.seconds(300)

    let session: ReceiverSession
    let reception: Reception
    let reporter: ReceiverReporter
    let studies: StudyCounter
    let credit: CreditGate

    /// Returns when the sender has said goodbye; or when it has no study open and the receiver is to stop, or it has opened none for long.
    func run(until stop: StopRequest) async throws {
        while let event = try await stop.first(within: Self.idleLimit, orElse: { try await session.nextEvent() }) {
            guard case .studyOpened(let manifest) = event else { continue }
            try await receive(manifest)
        }
        await session.end()
    }

    private func receive(_ manifest: Manifest) async throws {
        let study = StudyReception(session: session, manifest: manifest, reception: reception, reporter: reporter, credit: credit)
        let tally = try await study.run().tally
        reception.counters.add { $0.studies += 1 }
        reporter.report(
            ReceiverReport.Study(
                study: manifest.studyUID.text, peer: session.agreement.peer.name.text, restored: tally.restored, failed: tally.failed,
                withdrawn: tally.withdrawn))
        await studies.finishedOne()
    }
}

extension StopRequest {
    /// What `body` returns, or `nil` when the stop is requested first, or the time is over; `body` is cancelled then.
    func first<Result: Sendable>(
        within limit: Duration, orElse body: @escaping @Sendable () async throws -> Result?
    ) async throws -> Result? {
        try await first {
            try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: limit, clock: .continuous)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
    }
}
