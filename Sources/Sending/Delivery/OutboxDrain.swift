import Basics
import Concurrency
import Files
import Journal
import Logging
import Operations
import Protocol
import Synchronization

/// Delivers whatever waits in the outbox, several studies at a time.
///
/// ``StudyDelivery`` sees to one study; this decides which ones begin.
package final class OutboxDrain: Sendable {
    /// How often the journal is looked at for studies that other processes have put in,
    private static let interval = Duration.seconds(1)
    /// and how often where the kernel tells of those.
    private static let noticedInterval = Duration.seconds(10)
    /// Before a study that was given up is begun again.
    private static let rest = Duration.seconds(60)
    /// Routine studies that stand in line for their first attempt; the others stay in the journal's order.
    private static let line = 8
    private struct State {
        /// Studies that this process works at, or rests from.
        var taken: Set<TransferID> = []
        /// Those of them that never had a place yet.
        var inLine: Set<TransferID> = []
    }

    private let resources: DeliveryResources
    private let patience: Duration?
    private let source: String?
    private let peer: Fingerprint?
    private let way: any DeliveryWay
    private let state = Mutex(State())
    private let log = Logger(label: "veilray.deliver")
    private var outbox: Outbox { resources.outbox }

    /// - Parameters:
    ///   - patience: for how long nothing may go forward before a study is left alone for a while; `nil` for ever.
    ///   - source: only studies from this watched folder; `nil` for all.
    package convenience init(resources: DeliveryResources, patience: Duration?, source: String?) {
        self.init(resources: resources, patience: patience, source: source, peer: nil, way: DialledWay())
    }

    /// - Parameters:
    ///   - peer: only studies for this receiver; `nil` for all.
    ///   - way: how each study gets its turn and its sessions.
    init(resources: DeliveryResources, patience: Duration?, source: String?, peer: Fingerprint?, way: any DeliveryWay) {
        self.resources = resources
        self.patience = patience
        self.source = source
        self.peer = peer
        self.way = way
    }

    /// Tries each study that waits now and that no other process delivers; returns when all of these have ended.
    package func once() async throws {
        let studies = try await waiting()
        await withDiscardingTaskGroup { group in
            for study in studies {
                group.addTask { [self] in _ = await delivery(of: study, isToldWhenStopped: true).run() }
            }
        }
    }

    /// Goes on until it is cancelled, and keeps the outbox clean meanwhile.
    ///
    /// - Throws: `CancellationError`, when everything under way has been put away.
    package func forever() async throws {
        let notice = try? JournalNotice(of: Outbox.path(in: resources.home)) { [news = outbox.news] in news.post() }
        defer { withExtendedLifetime(notice) {} }
        let interval = notice == nil ? Self.interval : ServiceManager.shared.wait(of: Self.noticedInterval)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { [resources] in try await resources.outbox.keepClean(clock: resources.clock) }
            while true {
                let seen = outbox.news.count
                for study in await offered() { group.addTask { [self] in await deliverAndRest(study) } }
                ServiceManager.shared.comeRound(.outbox)
                await outbox.news.change(after: seen, within: interval, clock: resources.clock)
                try Task.checkCancellation()
            }
        }
    }

    /// Goes on until `last` is requested; then tries what still waits and does not rest from an attempt, and returns when all have ended.
    ///
    /// - Parameter news: posted when there may be something new; the journal is looked at once a second anyway.
    /// - Throws: `CancellationError`, when everything under way has been put away.
    func run(until last: StopRequest, news: ChangeNotice) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let (isLast, seen) = (last.isRequested, news.count)
                for study in await offered(isLast: isLast) { group.addTask { [self] in await deliverAndRest(study, until: last) } }
                if isLast { return }
                _ = try await last.first { [resources] () async throws -> Bool? in
                    await news.change(after: seen, within: Self.interval, clock: resources.clock)
                    return true
                }
                try Task.checkCancellation()
            }
        }
    }

    /// - Parameter last: ends a rest.
    private func deliverAndRest(_ study: QueuedStudy, until last: StopRequest? = nil) async {
        let outcome = await delivery(of: study).run { [self] in hasPlace(study.transferID) }
        if case .ended(.kept) = outcome {
            if let last {
                _ = await last.sleep(for: Self.rest, clock: resources.clock)
                // What was tried in this session is not tried again at its end.
                if last.isRequested { return }
            } else {
                try? await resources.clock.sleep(for: Self.rest)
            }
        }
        release(study)
    }

    private func waiting() async throws -> [QueuedStudy] {
        try await outbox.journal.queuedStudies().filter { (source == nil || $0.source == source) && (peer == nil || $0.peer == peer) }
    }

    // MARK: Whose turn it is

    /// Studies to begin with now: urgent ones, and as many routine ones as there is room for in the line.
    ///
    /// - Parameter isLast: all of them, since nobody looks again.
    private func offered(isLast: Bool = false) async -> [QueuedStudy] {
        let waiting: [QueuedStudy]
        do {
            waiting = try await self.waiting()
        } catch {
            // A journal that is busy or a full disk may be better in a moment.
            if !Task.isCancelled { log.error("the outbox cannot be read", metadata: ["reason": "\(JournalDatabase.reason(for: error))"]) }
            return []
        }
        var offered: [QueuedStudy] = []
        for study in waiting where take(study, isLast) {
            if await isFree(study) { offered.append(study) } else { release(study) }
        }
        return offered
    }

    private func take(_ study: QueuedStudy, _ isLast: Bool) -> Bool {
        state.withLock { state in
            guard !state.taken.contains(study.transferID) else { return false }
            if study.priority == .routine {
                guard isLast || state.inLine.count < Self.line else { return false }
                state.inLine.insert(study.transferID)
            }
            state.taken.insert(study.transferID)
            return true
        }
    }

    private func hasPlace(_ transferID: TransferID) {
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

    private func delivery(of study: QueuedStudy, isToldWhenStopped: Bool = false) -> StudyDelivery {
        StudyDelivery(
            study.transferID, studyUID: study.studyUID, resources: resources, patience: patience, isToldWhenStopped: isToldWhenStopped,
            way: way)
    }

    /// Sees one study through to its end: delivers it, or waits for the process that does, and takes over should that end.
    package func deliver(_ taken: Outbox.Enqueued) async -> StudyDelivery.Ending {
        let study = taken.study
        let delivery = StudyDelivery(
            study.transferID, studyUID: study.studyUID, resources: resources, patience: patience, isToldWhenStopped: true)
        let elsewhere = DeliveryElsewhere(transferID: study.transferID, resources: resources, patience: patience)
        var lock: FileLock? = if case .new(_, let lock) = taken { lock } else { nil }
        while true {
            do {
                if lock == nil {
                    switch try await elsewhere.end() {
                    case .closed(let study): return try await delivery.wasClosed(study)
                    case .free(let free): lock = free
                    }
                }
            } catch {
                await delivery.keep(because: error, study)
                return .kept(because: error)
            }
            if case .ended(let ending) = await delivery.run(holding: lock.take()) { return ending }
        }
    }
}
