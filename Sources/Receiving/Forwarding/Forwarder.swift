import Basics
import Concurrency
import DICOM
import DICOMNetwork
import Foundation
import Logging
import Protocol
import Synchronization

/// Forwards complete studies to another DICOM application, one after the other, until it has accepted every file or is not worth asking.
/// ``ForwardingSchedule`` says which is next, ``ForwardingPatience`` when it is over.
///
/// What was accepted is in the journal, file by file: neither a restart nor a PACS that is down has it sent again.
struct Forwarder: Sendable {
    /// After an error of this side, of the journal for instance.
    private static let pauseAfterError = Duration.seconds(10)
    /// How soon what another process changes in the journal (`forward retry`) is seen.
    private static let longestPause = Duration.seconds(10)

    let inbox: any InboxStore
    /// Of restored files. While it is away, they are not missing.
    let root: GuardedFolder
    let target: StorageTarget
    let calling: ApplicationEntityTitle
    /// For the connection, and for each answer.
    let timeout: Duration
    let observer: any ReceiverObserver
    private let clock: any MonotonicClock
    private let substitute: (@Sendable (String) throws -> String?)?
    private let pool = WorkerPool(label: "veilray.forward", width: 1)
    private let log = Logger(label: "veilray.forward")
    private let bell = ChangeNotice()

    init(
        inbox: any InboxStore, root: GuardedFolder, target: StorageTarget, calling: ApplicationEntityTitle, timeout: Duration,
        observer: any ReceiverObserver, clock: any MonotonicClock, substitute: (@Sendable (String) throws -> String?)? = nil
    ) {
        self.substitute = substitute
        self.inbox = inbox
        self.root = root
        self.target = target
        self.calling = calling
        self.timeout = timeout
        self.observer = observer
        self.clock = clock
    }

    /// There is something to forward.
    func wake() { bell.post() }

    /// Works until the task is cancelled.
    func run() async {
        var schedule = ForwardingSchedule()
        while !Task.isCancelled {
            let seen = bell.count
            var next = clock.now + Self.longestPause
            do {
                try await forwardDue(&schedule)
                if let due = schedule.next() { next = min(next, due) }
            } catch {
                guard !Task.isCancelled else { return }
                log.error("forwarding is interrupted", metadata: ["reason": "\(error)"])
                next = clock.now + Self.pauseAfterError
            }
            await bell.change(after: seen, within: next - clock.now, clock: clock)
        }
    }

    /// Forwards what is due; leaves off when the other side takes no association.
    private func forwardDue(_ schedule: inout ForwardingSchedule) async throws {
        for transfer in schedule.due(of: try await inbox.waitingForForwarding(), at: .now) {
            guard !Task.isCancelled else { return }
            guard let study = try await inbox.forwardingStudy(transfer) else { continue }
            do {
                try await forward(study)
                schedule.isThere()
            } catch let failure as ForwardingFailure {
                guard !Task.isCancelled else { return }
                schedule.failed(transfer, at: .now)
                try await note(failure, of: study)
                guard !failure.isAway else { return schedule.isAway(at: .now) }
                schedule.isThere()
            }
        }
    }

    private func note(_ failure: ForwardingFailure, of study: ForwardingStudy) async throws {
        let isOver =
            !failure.troubles.isEmpty
            && ForwardingPatience.isOver(failure.troubles, attempts: study.attempts + 1, since: study.since, now: Date())
        let notes = Dictionary(failure.troubles.map { ($0.file.position, $0.description) }) { $1 }
        try await inbox.forwardingFailed(study.transfer, reason: failure.reason, notes: notes, isOver: isOver)
        observer.observe(.forwardingFailed(ReceiverEvent.ForwardingFailed(study, to: target.description, failure, isOver: isOver)))
    }

    private func forward(_ study: ForwardingStudy) async throws {
        let stopping = StopRequest()
        let outcome = try await withTaskCancellationHandler {
            try await pool.run { [inbox, root, target, calling, timeout, substitute] in
                do {
                    // Held meanwhile, so that what is missing is missing in this folder.
                    let folder = try root.open()
                    return try withExtendedLifetime(folder) {
                        try ForwardJob(
                            study: study, inbox: inbox, target: target, calling: calling, timeout: timeout,
                            substitute: substitute, isCancelled: { stopping.isRequested }
                        ).run()
                    }
                } catch let error as ReceivingError where error.isFolderAway {
                    throw ForwardingFailure(reason: error.description, isAway: true)
                }
            }
        } onCancel: {
            stopping.request()
        }
        let accepted = study.files.count - outcome.troubles.count
        if accepted > 0 || study.files.isEmpty {
            observer.observe(.forwarded(ReceiverEvent.Forwarded(study, to: target.description, accepted, outcome)))
        }
        guard outcome.troubles.isEmpty else {
            throw ForwardingFailure(reason: ForwardingTrouble.summary(of: outcome.troubles), troubles: outcome.troubles)
        }
    }
}

/// The times at which studies are tried, so that one that is refused, or a PACS that is away, delays no other.
///
/// A study that is new is due at once and comes first. Those that failed wait, each for itself, twice as long each time. While the other
/// side takes no associations, they all wait, and whichever was tried least goes first.
struct ForwardingSchedule: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Trial: Sendable {
        var failures: Int
        var next: Instant
    }

    private static let pauses = (shortest: 2.0, longest: 300.0)

    private var trials: [TransferID: Trial] = [:]
    private var refusedAssociations = 0
    private var back: Instant?
    /// 0.75 … 1.25, so that several receivers do not come at once.
    private let spread: @Sendable () -> Double

    init(spread: @escaping @Sendable () -> Double = { .random(in: 0.75...1.25) }) {
        self.spread = spread
    }

    /// The studies that are to be tried now, in this order.
    ///
    /// - Parameter waiting: all studies that are to be forwarded, oldest first. Others are forgotten.
    mutating func due(of waiting: [TransferID], at now: Instant) -> [TransferID] {
        let known = Set(waiting)
        trials = trials.filter { known.contains($0.key) }
        let new = waiting.filter { trials[$0] == nil }
        if let back, back > now { return new }
        // The sort is stable: the oldest first of those that were tried equally often.
        let old = waiting.filter { trials[$0].map { $0.next <= now } ?? false }.sorted { failures(of: $0) < failures(of: $1) }
        return new + old
    }

    private func failures(of transfer: TransferID) -> Int { trials[transfer]?.failures ?? 0 }

    /// The study could not be forwarded, or not all of it.
    mutating func failed(_ transfer: TransferID, at now: Instant) {
        let failures = failures(of: transfer) + 1
        trials[transfer] = Trial(failures: failures, next: now + pause(after: failures))
    }

    /// The other side has taken an association.
    mutating func isThere() {
        refusedAssociations = 0
        back = nil
    }

    /// The other side has taken none.
    mutating func isAway(at now: Instant) {
        refusedAssociations += 1
        back = now + pause(after: refusedAssociations)
    }

    /// The time at which something is due that was tried before; `nil` where nothing waits.
    func next() -> Instant? {
        guard let first = trials.values.map(\.next).min() else { return nil }
        return back.map { max($0, first) } ?? first
    }

    private func pause(after failures: Int) -> Duration {
        let seconds = min(Self.pauses.longest, Self.pauses.shortest * pow(2, Double(min(failures, 10) - 1)))
        return .seconds(seconds * spread())
    }
}
