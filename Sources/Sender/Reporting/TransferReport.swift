import CommandLineSupport
import Protocol
import StegoKit

/// Tells the reporter what becomes of each file of one transfer, each once, and then of the study.
actor TransferReport {
    private let study: OutboxStudy
    private let names: [String]
    private let reporter: SenderReporter
    private let gauge: LinkGauge
    private var reports: [Int: SealReport] = [:]
    /// Files that have no final answer yet.
    private var open: Set<Int>
    private var delivered = 0
    private var failed = 0
    /// What the receiver said of files that may be tried again.
    private var passing: [Int: (reason: String, status: ExitStatus)] = [:]
    /// Files that could not be sealed. The receiver may have them all the same, which it says when it is asked.
    private var unsealed: [Int: (reason: String, status: ExitStatus)] = [:]

    init(_ study: OutboxStudy, _ instances: [OutboxInstance], reporter: SenderReporter, gauge: LinkGauge) {
        self.study = study
        self.reporter = reporter
        self.gauge = gauge
        names = instances.map(\.name)
        open = Set(instances.indices)
        for row in instances { reports[row.position] = row.report }
    }

    /// Tells of files whose fate was known before this process looked at them.
    ///
    /// - Parameter isRepeated: the reporter knows of them already; they are counted only.
    func tellKnown(_ instances: [OutboxInstance], isRepeated: Bool = false) {
        for row in instances {
            if isRepeated {
                count(row)
                continue
            }
            switch row.state {
            case .acknowledged:
                deliver(row.position, exact: row.exactness.flatMap(Exactness.init(rawValue:)), wireBytes: nil)
            case .withdrawn: fail(row.position, row.failure ?? "it could not be sent", row.status)
            case .failed where row.status != .tryAgain: fail(row.position, row.failure ?? "", row.status)
            case .planned, .sealed, .sending, .failed: break
            }
        }
    }

    private func count(_ row: OutboxInstance) {
        switch row.state {
        case .acknowledged: delivered += 1
        case .withdrawn: failed += 1
        case .failed where row.status != .tryAgain: failed += 1
        case .planned, .sealed, .sending, .failed: return
        }
        open.remove(row.position)
    }

    func report(of index: Int) -> SealReport? { reports[index] }

    func sealed(_ index: Int, _ report: SealReport) {
        reports[index] = report
    }

    func received(_ receipt: InstanceReceipt) {
        switch receipt.outcome {
        case .restored(_, let exactness):
            deliver(
                receipt.index, exact: exactness == .bytes ? .bytes : .pixelsAndElements,
                wireBytes: gauge.sentBytes(of: receipt.index))
        case .failed(let failure):
            let reason = "the receiver could not restore it: \(failure)"
            let status = ExitStatus(failure.code)
            if status == .tryAgain { passing[receipt.index] = (reason, status) } else { fail(receipt.index, reason, status) }
        }
    }

    /// It could not be sealed; told at the end, unless the receiver has it.
    func notSealed(_ index: Int, _ reason: String, _ status: ExitStatus) {
        unsealed[index] = (reason, status)
    }

    func fail(_ index: Int, _ reason: String, _ status: ExitStatus) {
        guard open.remove(index) != nil else { return }
        failed += 1
        reporter.report(.failed(names[index], reason, study: study.studyUID), status: status)
    }

    private func deliver(_ index: Int, exact: Exactness?, wireBytes: Int?) {
        guard open.remove(index) != nil else { return }
        delivered += 1
        passing[index] = nil
        reporter.report(
            SenderEvent.Instance(
                names[index], .delivered, study: study.studyUID, report: reports[index], wireBytes: wireBytes, exact: exact))
    }

    /// The study is closed. Whatever else was open has been answered by another process.
    ///
    /// - Parameter receipts: the file that keeps the receipts.
    func conclude(receipts: String?) -> (delivered: Int, failed: Int) {
        tellUnsealed()
        for (index, failure) in passing { fail(index, failure.reason, failure.status) }
        reporter.report(
            SenderEvent.Study(
                study: study.studyUID, transfer: study.transferID, delivered: delivered, failed: failed, receipts: receipts))
        return (delivered, failed)
    }

    /// Tells of what could not be sealed; where the receiver has it all the same, that was not known in time.
    func tellUnsealed() {
        for (index, failure) in unsealed.sorted(by: { $0.key < $1.key }) { fail(index, failure.reason, failure.status) }
        unsealed = [:]
    }

    /// The study stays in the outbox.
    func keep(because error: any Error) {
        tellUnsealed()
        for (index, failure) in passing where open.contains(index) {
            open.remove(index)
            reporter.keep([names[index]], of: study, because: CommandFailure(failure.status, failure.reason))
        }
        let waiting = open.count + passing.count
        reporter.keep(open.sorted().map { names[$0] }, of: study, because: error)
        reporter.report(
            SenderEvent.Study(
                study: study.studyUID, transfer: study.transferID, delivered: delivered, failed: failed, queued: waiting, receipts: nil))
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
