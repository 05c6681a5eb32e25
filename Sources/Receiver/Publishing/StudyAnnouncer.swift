import CommandLineSupport
import Logging
import Protocol

/// Tells the world of studies that have come to their end: moves a staged study to its place, writes the marker, tells, then notes that
/// in the journal; hands the study on. Killed in between, it tells twice: never not at all.
///
/// Whatever fails is tried again; whatever a killed process left is taken up at the next start.
actor StudyAnnouncer {
    private let inbox: Inbox
    private let publisher: Publisher
    private let pool: WorkerPool
    private let reporter: ReceiverReporter
    /// `nil` where studies are not handed on.
    private let forwarder: Forwarder?
    private let log = Logger(label: "veilray.announce")
    private var atWork: [TransferID: Task<Void, Never>] = [:]

    init(inbox: Inbox, publisher: Publisher, pool: WorkerPool, reporter: ReceiverReporter, forwarder: Forwarder?) {
        self.inbox = inbox
        self.publisher = publisher
        self.pool = pool
        self.reporter = reporter
        self.forwarder = forwarder
    }

    /// Begins to announce a study; does nothing when that is under way.
    func announce(_ transfer: TransferID) {
        guard atWork[transfer] == nil else { return }
        atWork[transfer] = Task {
            await work(transfer)
            atWork[transfer] = nil
        }
    }

    /// Returns when everything that was begun has come to its end, or waits for a disk.
    func finish() async {
        for task in Array(atWork.values) {
            task.cancel()
            await task.value
        }
    }

    private func work(_ transfer: TransferID) async {
        var pause = Duration.seconds(1)
        while true {
            do {
                return try await announceOnce(transfer)
            } catch {
                log.error(
                    "a study could not be announced; it is tried again",
                    metadata: ["transfer": "\(transfer)", "in": "\(pause)", "reason": "\(error)"])
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, .seconds(60))
        }
    }

    private func announceOnce(_ transfer: TransferID) async throws {
        // In a task of its own: being asked to finish stops the trying again, not the work.
        try await Task { [inbox, publisher, pool, reporter, forwarder] in
            guard let study = try await inbox.finishedStudy(transfer) else { return }
            let moved = try await pool.run { try Self.publish(study, publisher) }
            reporter.report(ReceiverReport.StudyEnd(study))
            try await inbox.announced(transfer, moved: moved, forwards: forwarder != nil && study.state == .complete)
            forwarder?.wake()
        }.value
    }

    /// The marker last. Returns where files are that were elsewhere before. Runs on a worker thread.
    private static func publish(_ study: FinishedStudy, _ publisher: Publisher) throws -> [Int: String] {
        let moved = try StagedStudy.publish(study)
        guard study.state == .complete else { return moved }
        let places = study.instances.map {
            PublishedInstance(position: $0.position, path: moved[$0.position] ?? $0.path, digest: $0.digest)
        }
        _ = try CompletionMarker.write(study, places, publisher)
        return moved
    }
}
