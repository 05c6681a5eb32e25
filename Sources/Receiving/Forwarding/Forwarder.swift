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
