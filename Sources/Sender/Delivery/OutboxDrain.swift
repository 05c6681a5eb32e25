import CommandLineSupport
import Logging
import Synchronization

/// Delivers whatever waits in the outbox, several studies at a time.
final class OutboxDrain: Sendable {
    /// How often the journal is looked at for studies that others have put in.
    private static let interval = Duration.seconds(1)
    /// Before a study that was given up is begun again.
    private static let rest = Duration.seconds(60)

    private let resources: DeliveryResources
    private let patience: Duration?
    private let source: String?
    /// Studies that this process works at, or rests from.
    private let taken = Mutex<Set<String>>([])
    private let log = Logger(label: "veilray.deliver")

    /// - Parameters:
    ///   - patience: for how long nothing may go forward before a study is left alone for a while; `nil` for ever.
    ///   - source: only studies from this watched folder; `nil` for all.
    init(resources: DeliveryResources, patience: Duration?, source: String?) {
        self.resources = resources
        self.patience = patience
        self.source = source
    }

    /// Tries each study that waits now and that no other process delivers; returns when all of these have ended.
    func once() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for (study, lock) in try await available() {
                group.addTask { [self] in _ = await deliver(study, holding: lock) }
            }
        }
    }

    /// Goes on until it is cancelled.
    ///
    /// - Throws: `CancellationError`, when everything under way has been put away.
    func forever() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                do {
                    for (study, lock) in try await available() {
                        group.addTask { [self] in
                            if case .kept = await deliver(study, holding: lock) { try? await Task.sleep(for: Self.rest) }
                            release(study)
                        }
                    }
                } catch  where !(error is CancellationError) {
                    // A journal that is busy or a full disk may be better in a moment.
                    log.error("the outbox cannot be read", metadata: ["reason": "\(error)"])
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Studies that nobody is at, with the right to deliver them.
    private func available() async throws -> [(OutboxStudy, FileLock)] {
        var found: [(OutboxStudy, FileLock)] = []
        for study in try await resources.outbox.queuedStudies() where source == nil || study.source == source {
            guard taken.withLock({ $0.insert(study.transferID).inserted }) else { continue }
            guard let lock = try await resources.outbox.lock(study.transferID) else {
                release(study)
                continue
            }
            // Whoever had the lock before may have closed it since the journal was read.
            guard let current = try await resources.outbox.study(study.transferID), !current.state.isClosed else {
                lock.remove()
                release(study)
                continue
            }
            found.append((current, lock))
        }
        return found
    }

    private func release(_ study: OutboxStudy) {
        taken.withLock { _ = $0.remove(study.transferID) }
    }

    private func deliver(_ study: OutboxStudy, holding lock: FileLock) async -> StudyDelivery.Ending {
        await StudyDelivery(study: study, resources: resources, patience: patience).run(holding: lock)
    }
}
