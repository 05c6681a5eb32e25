import Concurrency
import DICOM
import DICOMNetwork
import Foundation
import Logging

/// Tells modalities that have asked for it when the radiologist's signed receipts for their instances are here (PS3.4 annex J).
///
/// A request is in the journal before it is answered with success, and leaves it when its report was heard: so each is reported after a
/// restart, too, at least once.
package struct StorageCommitments: Sendable {
    /// Where each application listens that may ask, by its title.
    package let targets: [ApplicationEntityTitle: StorageTarget]
    private static let timeout = Duration.seconds(30)
    /// Between two attempts to tell, and between two looks at what is under way.
    private static let (longestPause, longestLook) = (Duration.seconds(300), Duration.seconds(30))
    /// After this long a report that is never heard is given up, and what is under way is reported as failed.
    private static let patience: TimeInterval = 7 * 86_400

    private let log = Logger(label: "veilray.commitment")
    private let pool = WorkerPool(label: "veilray.commitment", width: 1)

    package init(_ targets: [StorageTarget]) {
        self.targets = Dictionary(targets.map { ($0.title, $0) }) { $1 }
    }

    // MARK: Asked

    /// Notes a request. Blocks.
    func take(_ request: CommitmentRequest, from caller: AssociationCaller, source: String, _ journal: any OutboxJournal) -> StoreAnswer {
        guard let title = ApplicationEntityTitle(caller.calling), targets[title] != nil else {
            return StoreAnswer(status: 0x0110, comment: "nobody knows where this application is told")
        }
        do {
            let asked = try AskedCommitment(
                request, caller: caller.calling, called: caller.called, source: source, asked: Date())
            try AwaitedResult.of { try await journal.ask(asked) }
            return .success
        } catch {
            log.error("a request for storage commitment could not be kept", metadata: ["from": "\(caller.calling)", "reason": "\(error)"])
            return .outOfResources("the request could not be kept")
        }
    }

    // MARK: Told

    /// Reports what is ready until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    func run(_ journal: any OutboxJournal, interval: Duration, command: AssociationChildCommand, clock: any MonotonicClock) async throws {
        var (failures, looks, waits): ([Int64: Int], [Int64: Int], [Int64: ContinuousClock.Instant]) = ([:], [:], [:])
        while true {
            try await clock.sleep(for: interval)
            do {
                for asked in try await journal.askedCommitments() {
                    let id = asked.id ?? 0
                    guard waits[id].map({ $0 <= clock.now }) ?? true else { continue }
                    guard let report = try await report(on: asked, journal) else {
                        looks[id, default: 0] += 1
                        waits[id] = clock.now + Self.pause(after: looks[id] ?? 1, longest: Self.longestLook)
                        continue
                    }
                    do {
                        try await tell(report, asked, command)
                        try await journal.answered(asked)
                        (failures[id], looks[id], waits[id]) = (nil, nil, nil)
                    } catch let failure as AssociationFailure {
                        let count = (failures[id] ?? 0) + 1
                        failures[id] = count
                        waits[id] = clock.now + Self.pause(after: count, longest: Self.longestPause)
                        log.warning(
                            "storage commitment could not be reported",
                            metadata: ["to": "\(asked.caller)", "reason": "\(failure.description)", "tries": "\(count)"])
                        if Date().timeIntervalSince(asked.asked) > Self.patience { try await journal.answered(asked) }
                    }
                }
            } catch  where !(error is CancellationError) {
                log.error("storage commitment is interrupted", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Twice as long each time, from two seconds on.
    private static func pause(after count: Int, longest: Duration) -> Duration { min(longest, .seconds(1 << min(count, 9))) }

    /// The answer to a request; `nil` where something of it is still under way.
    private func report(on asked: AskedCommitment, _ journal: any OutboxJournal) async throws -> CommitmentReport? {
        var report = CommitmentReport(transactionUID: asked.transactionUID)
        for instance in asked.requested {
            switch try await journal.outcome(of: instance.sopInstanceUID, takenInto: asked.source) {
            case .receipted: report.committed.append(instance)
            case .unknown: report.failed.append((instance, .noSuchInstance))
            case .failed: report.failed.append((instance, .processingFailure))
            case .underWay:
                guard Date().timeIntervalSince(asked.asked) > Self.patience else { return nil }
                report.failed.append((instance, .processingFailure))
            }
        }
        return report
    }

    private func tell(_ report: CommitmentReport, _ asked: AskedCommitment, _ command: AssociationChildCommand) async throws {
        guard let caller = ApplicationEntityTitle(asked.caller), let target = targets[caller],
            let called = ApplicationEntityTitle(asked.called)
        else { return }
        let stopping = StopRequest()
        try await withTaskCancellationHandler {
            try await pool.run {
                try OutgoingAssociation.report(
                    report, to: target, calling: called, timeout: Self.timeout, command: command, unless: { stopping.isRequested })
            }
        } onCancel: {
            stopping.request()
        }
        log.notice(
            "storage commitment is reported",
            metadata: ["to": "\(asked.caller)", "committed": "\(report.committed.count)", "failed": "\(report.failed.count)"])
    }
}
