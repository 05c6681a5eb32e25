import CommandLineSupport
import Protocol
import StegoKit

/// What is known of each file of a study that is being sent: its seal report, then its receipt or its failure.
actor TransferLedger {
    private let plan: StudyPlan
    private let studyUID: String
    private let reporter: SenderReporter
    private let gauge: LinkGauge
    private var reports: [Int: SealReport] = [:]
    private(set) var receipts: [InstanceReceipt] = []
    /// Indices of the files that have no answer yet.
    private var open: Set<Int>
    private var failures = 0
    private var whenAnswered: CheckedContinuation<Void, Never>?

    init(plan: StudyPlan, studyUID: String, reporter: SenderReporter, gauge: LinkGauge) {
        self.plan = plan
        self.studyUID = studyUID
        self.reporter = reporter
        self.gauge = gauge
        open = Set(plan.instances.indices)
    }

    func sealed(_ index: Int, _ report: SealReport) {
        reports[index] = report
    }

    func withdrawn(_ index: Int, reason: String, status: ExitStatus) {
        reports[index] = nil
        answer(index, .failed(plan.instances[index].name, reason, study: studyUID), status)
    }

    func received(_ receipt: InstanceReceipt) {
        receipts.append(receipt)
        let name = plan.instances[receipt.index].name
        // What the receiver had before the session was not sealed in it.
        let report = reports.removeValue(forKey: receipt.index)
        switch receipt.outcome {
        case .restored(_, let exactness):
            let event = SenderEvent.Instance(
                name, .delivered, study: studyUID, report: report,
                wireBytes: report.map { gauge.wireBytes(for: $0.stegoByteCount) },
                exact: exactness == .bytes ? .bytes : .pixelsAndElements)
            answer(receipt.index, event, .success)
        case .failed(let failure):
            answer(
                receipt.index, .failed(name, "the receiver could not restore it: \(failure)", study: studyUID), ExitStatus(failure.code))
        }
    }

    /// Reports what has no answer because the session broke, or the study could not be opened.
    func abandon(because error: any Error) {
        failures += open.count
        reporter.abandon(open.sorted().map { plan.instances[$0].name }, study: studyUID, because: error)
        open = []
        goOnIfAllAnswered()
    }

    /// Returns when every file has its answer.
    func untilAllAnswered() async {
        guard !open.isEmpty else { return }
        await withCheckedContinuation { whenAnswered = $0 }
    }

    /// - Parameter receipts: the file that keeps the receipts, when there is one.
    func reportStudy(receipts: String?) {
        reporter.report(
            SenderEvent.Study(study: studyUID, delivered: plan.instances.count - failures, failed: failures, receipts: receipts))
    }

    private func answer(_ index: Int, _ event: SenderEvent.Instance, _ status: ExitStatus) {
        guard open.remove(index) != nil else { return }
        if event.status == .failed { failures += 1 }
        reporter.report(event, status: status)
        goOnIfAllAnswered()
    }

    private func goOnIfAllAnswered() {
        guard open.isEmpty else { return }
        whenAnswered?.resume()
        whenAnswered = nil
    }
}

extension ExitStatus {
    /// What a receiver's failure asks a script to do.
    init(_ code: InstanceFailure.Code) {
        self =
            switch code {
            case .storageFull, .storageFailure, .damagedOnTheWay, .other: .tryAgain
            case .wrongKey: .notTrusted
            case .notStego, .tampered, .digestMismatch, .unsupported, .conflict: .badData
            }
    }
}
