import CommandLineSupport
import Foundation
import Logging
import Protocol
import Synchronization

/// Hands complete studies on to another DICOM application, one after the other, until it has accepted every file.
///
/// What was accepted is in the journal, file by file: neither a restart nor a PACS that is down has it sent again.
struct Forwarder: Sendable {
    private static let pauses = (shortest: 2.0, longest: 300.0)

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
        var failures = 0
        for await _ in bell {
            do {
                let remains = try await forwardAll()
                failures = remains ? failures + 1 : 0
            } catch {
                failures += 1
                log.error("handing on is interrupted", metadata: ["reason": "\(error)"])
            }
            guard failures > 0 else { continue }
            // What is announced meanwhile waits, too: the PACS is away, or does not want what it is given.
            let pause = min(Self.pauses.longest, Self.pauses.shortest * pow(2, Double(min(failures, 10) - 1)))
            guard (try? await Task.sleep(for: .seconds(pause * Double.random(in: 0.75...1.25)))) != nil else { return }
            wake()
        }
    }

    /// Returns whether anything remains that was not accepted.
    private func forwardAll() async throws -> Bool {
        var remains = false
        for transfer in try await inbox.waitingForForwarding() {
            guard !Task.isCancelled, let study = try await inbox.forwardingStudy(transfer) else { continue }
            do {
                try await forward(study)
            } catch let failure as ForwardingFailure {
                guard !Task.isCancelled else { return true }
                remains = true
                try await inbox.forwardingFailed(transfer, reason: failure.reason)
                reporter.report(
                    ReceiverReport.ForwardingFailed(
                        study: study.studyUID, peer: study.peer, to: process.target.description, reason: failure.reason))
            }
        }
        return remains
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
