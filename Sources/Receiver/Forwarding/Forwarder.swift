import CommandLineSupport
import Foundation
import Logging
import Protocol
import Synchronization

/// Hands complete studies on to another DICOM application, one after the other, until it has accepted every file.
/// ``ForwardingSchedule`` says which is next.
///
/// What was accepted is in the journal, file by file: neither a restart nor a PACS that is down has it sent again.
struct Forwarder: Sendable {
    /// After an error of this side, of the journal for instance.
    private static let pauseAfterError = Duration.seconds(10)

    let inbox: Inbox
    let process: StoreProcess
    let reporter: ReceiverReporter
    private let pool = WorkerPool(label: "veilray.forward", width: 1)
    private let log = Logger(label: "veilray.forward")
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init(inbox: Inbox, process: StoreProcess, reporter: ReceiverReporter) {
        self.inbox = inbox
        self.process = process
        self.reporter = reporter
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There is something to hand on.
    func wake() { ring.yield() }

    /// Works until the task is cancelled.
    func run() async {
        wake()
        var schedule = ForwardingSchedule()
        var alarm: Task<Void, Never>?
        for await _ in bell {
            alarm?.cancel()
            var next: ContinuousClock.Instant?
            do {
                try await forwardDue(&schedule)
                next = schedule.next()
            } catch {
                log.error("handing on is interrupted", metadata: ["reason": "\(error)"])
                next = .now + Self.pauseAfterError
            }
            guard !Task.isCancelled, let next else { continue }
            alarm = Task { [ring] in
                guard (try? await Task.sleep(until: next)) != nil else { return }
                ring.yield()
            }
        }
        alarm?.cancel()
    }

    /// Hands on what is due; leaves off when the other side takes no association.
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
                try await inbox.forwardingFailed(transfer, reason: failure.reason)
                reporter.report(
                    ReceiverReport.ForwardingFailed(
                        study: study.studyUID, peer: study.peer, to: process.target.description, reason: failure.reason))
                guard !failure.isAway else { return schedule.isAway(at: .now) }
                schedule.isThere()
            }
        }
    }

    private func forward(_ study: ForwardingStudy) async throws {
        let stopping = StopRequest()
        let refusals = try await withTaskCancellationHandler {
            try await pool.run { [inbox, process] in
                try HandingOver(study: study, inbox: inbox, process: process, isCancelled: { stopping.isRequested }).run()
            }
        } onCancel: {
            stopping.request()
        }
        guard refusals.isEmpty else { throw ForwardingFailure(reason: Self.reason(of: refusals)) }
        reporter.report(
            ReceiverReport.Forwarded(
                study: study.studyUID, peer: study.peer, to: process.target.description, instances: study.files.count))
    }

    private static func reason(of refusals: [StoreAnswer: Int]) -> String {
        var reasons: [String] = []
        if let count = refusals[.refused] { reasons.append("\(count) files in a transfer syntax or of a kind that it does not take") }
        if let count = refusals[.failed] { reasons.append("\(count) files that it did not store") }
        if let count = refusals[.unreadable] { reasons.append("\(count) files that are no longer there or cannot be read") }
        return reasons.joined(separator: ", ")
    }
}
