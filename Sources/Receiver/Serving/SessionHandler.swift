import CommandLineSupport
import Crypto
import Protocol

/// Serves one sender from its greeting to its goodbye.
struct SessionHandler: Sendable {
    let session: ReceiverSession
    let reception: Reception
    let reporter: ReceiverReporter
    let studies: StudyCounter

    /// Returns when the sender has said goodbye, or when it has no study open and the receiver is to stop.
    func run(until stop: StopRequest) async throws {
        while let event = try await stop.first(orElse: { try await session.nextEvent() }) {
            guard case .studyOpened(let manifest, let key) = event else { continue }
            try await receive(manifest, key)
        }
        await session.end()
    }

    private func receive(_ manifest: Manifest, _ key: SymmetricKey) async throws {
        if let keyring = reception.keyring { try await reception.pool.run { try keyring.store(key, for: manifest.studyUID) } }
        let study = StudyReception(session: session, manifest: manifest, reception: reception, reporter: reporter)
        let tally = try await study.run(key: key).tally
        reception.counters.add { $0.studies += 1 }
        reporter.report(
            ReceiverReport.Study(
                study: manifest.studyUID.text, peer: session.agreement.peer.name.text, restored: tally.restored, failed: tally.failed,
                withdrawn: tally.withdrawn))
        await studies.finishedOne()
    }
}
