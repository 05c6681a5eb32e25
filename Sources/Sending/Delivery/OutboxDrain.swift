import Basics
import Journal
import Logging
import Operations
import Synchronization

/// Delivers whatever waits in the outbox, several studies at a time.
///
/// However many wait, only those that have a place are in memory with their files, and locked: a study that waits for its place or for its
/// next attempt is a few words and a timer.
package final class OutboxDrain: Sendable {
    /// How often the journal is looked at for studies that others have put in.
    private static let interval = Duration.seconds(1)
    /// Before a study that was given up is begun again.
    private static let rest = Duration.seconds(60)
    /// Routine studies that stand in line for their first attempt; the others stay in the journal's order.
    private static let line = 8
    /// How long a study keeps its place while nothing of it goes forward: enough to connect again at once after a cut.
    private static let shortPatience = Duration.seconds(2)

    private enum Turn: Sendable {
        case ended(StudyDelivery.Ending)
        /// Another process delivers it, or has closed it.
        case notOurs
    }

    private struct State {
        /// Studies that this process works at, or rests from.
        var taken: Set<String> = []
        /// Those of them that never had a place yet.
        var inLine: Set<String> = []
    }

    private let resources: DeliveryResources
    private let patience: Duration?
    private let source: String?
    private let state = Mutex(State())
    private let log = Logger(label: "veilray.deliver")
    private var outbox: Outbox { resources.outbox }

    /// - Parameters:
    ///   - patience: for how long nothing may go forward before a study is left alone for a while; `nil` for ever.
    ///   - source: only studies from this watched folder; `nil` for all.
    package init(resources: DeliveryResources, patience: Duration?, source: String?) {
        self.resources = resources
        self.patience = patience
        self.source = source
    }

    /// Tries each study that waits now and that no other process delivers; returns when all of these have ended.
    package func once() async throws {
        let studies = try await waiting()
        await withDiscardingTaskGroup { group in
            for study in studies {
                group.addTask { [self] in _ = await seeThrough(study, isToldWhenStopped: true) }
            }
        }
    }

    /// Goes on until it is cancelled, and keeps the outbox clean meanwhile.
    ///
    /// - Throws: `CancellationError`, when everything under way has been put away.
    package func forever() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { [resources] in try await resources.outbox.keepClean(clock: resources.clock) }
            while true {
                for study in await offered() {
                    group.addTask { [self] in
                        if case .ended(.kept) = await seeThrough(study) { try? await resources.clock.sleep(for: Self.rest) }
                        release(study)
                    }
                }
                ServiceManager.shared.comeRound(.outbox)
                try await resources.clock.sleep(for: Self.interval)
            }
        }
    }

    private func waiting() async throws -> [QueuedStudy] {
        try await outbox.journal.queuedStudies().filter { source == nil || $0.source == source }
    }

    // MARK: Whose turn it is

    /// Studies to begin with now: urgent ones, and as many routine ones as there is room for in the line.
    private func offered() async -> [QueuedStudy] {
        let waiting: [QueuedStudy]
        do {
            waiting = try await self.waiting()
        } catch {
            // A journal that is busy or a full disk may be better in a moment.
            if !Task.isCancelled { log.error("the outbox cannot be read", metadata: ["reason": "\(JournalDatabase.reason(for: error))"]) }
            return []
        }
        var offered: [QueuedStudy] = []
        for study in waiting where take(study) {
            if await isFree(study) { offered.append(study) } else { release(study) }
        }
        return offered
    }

    private func take(_ study: QueuedStudy) -> Bool {
        state.withLock { state in
            guard !state.taken.contains(study.transferID) else { return false }
            if study.priority == .routine {
                guard state.inLine.count < Self.line else { return false }
                state.inLine.insert(study.transferID)
            }
            state.taken.insert(study.transferID)
            return true
        }
    }

    private func hasPlace(_ transferID: String) {
        state.withLock { _ = $0.inLine.remove(transferID) }
    }

    private func release(_ study: QueuedStudy) {
        state.withLock { state in
            state.taken.remove(study.transferID)
            state.inLine.remove(study.transferID)
        }
    }

    /// Whether no other process is at it. One study's trouble is none of the others'.
    private func isFree(_ study: QueuedStudy) async -> Bool {
        do {
            return try await !outbox.isBeingDelivered(study.transferID)
        } catch {
            log.error(
                "a study's lock cannot be tried",
                metadata: ["transfer": "\(study.transferID)", "reason": "\(JournalDatabase.reason(for: error))"])
            return false
        }
    }

    // MARK: One study

    /// Returns when the study is closed, or given up for a while, or another process's.
    ///
    /// - Parameter isToldWhenStopped: whether the observer is to know of a study that was not in hand when everything was stopped.
    private func seeThrough(_ study: QueuedStudy, isToldWhenStopped: Bool = false) async -> Turn {
        let (resources, transferID, record) = (resources, study.transferID, DeliveryRecord())
        let signs = Reconnection.Signs {
            record.advances
        } movement: {
            0
        }
        do {
            return try await Reconnection(patience: patience, hurry: resources.hurry, shortestStandstill: nil, clock: resources.clock).run(
                { [self] in try await turn(transferID, record) }, signs: signs,
                admission: { try await resources.inPlace(transferID, isVain: $0, $1) }
            ) { retry in
                await resources.note(retry, of: transferID, studyUID: study.studyUID, attempts: record.attempts)
            }
        } catch {
            let cause = (error as? Reconnection.GaveUp)?.cause ?? error
            await resources.note(cause, of: transferID)
            if !(cause is CancellationError) || record.isInHand || isToldWhenStopped { await keep(transferID, record, because: cause) }
            return .ended(.kept(because: cause))
        }
    }

    /// In a task of its own: the journal is not read in one that is cancelled.
    private func keep(_ transferID: String, _ record: DeliveryRecord, because cause: any Error) async {
        await Task { [self] in
            guard let study = try? await outbox.study(transferID), !study.state.isClosed else { return }
            await StudyDelivery(study: study, resources: resources, patience: patience, record: record).keep(because: cause)
        }.value
    }

    private func turn(_ transferID: String, _ record: DeliveryRecord) async throws -> Turn {
        hasPlace(transferID)
        guard let lock = try await outbox.lock(transferID) else { return .notOurs }
        // Whoever had the lock before may have closed it since the journal was read.
        guard let study = try await outbox.study(transferID), !study.state.isClosed else {
            lock.remove()
            return .notOurs
        }
        record.isInHand = true
        // Not when it is cancelled: who is told of what is stopped asks for it afterwards.
        defer { if !Task.isCancelled { record.isInHand = false } }
        let patience = min(patience ?? Self.shortPatience, Self.shortPatience)
        return .ended(try await StudyDelivery(study: study, resources: resources, patience: patience, record: record).turn(holding: lock))
    }
}
