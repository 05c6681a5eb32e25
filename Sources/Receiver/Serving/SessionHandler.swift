import CommandLineSupport
import Protocol

/// Serves one sender from its greeting to its goodbye.
struct SessionHandler: Sendable {
    let session: ReceiverSession
    let reception: Reception
    let reporter: ReceiverReporter
    let studies: StudyCounter
    let credit: CreditGate

    /// Returns when the sender has said goodbye, or when it has no study open and the receiver is to stop.
    func run(until stop: StopRequest) async throws {
        while let event = try await stop.first(orElse: { try await session.nextEvent() }) {
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
