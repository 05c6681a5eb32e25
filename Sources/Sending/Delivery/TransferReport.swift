import Basics
import Protocol
import StegoKit

/// Tells the observer what becomes of each file of one transfer, each once, and then of the study.
actor TransferReport {
    private let study: OutboxStudy
    private let names: [String]
    private let observer: any SenderObserver
    private let gauge: LinkGauge
    private var reports: [Int: SealReport] = [:]
    /// Files that have no final answer yet.
    private var open: Set<Int>
    private var delivered = 0
    private var failed = 0
    /// What the receiver said of files that may be tried again.
    private var passing: [Int: (reason: String, kind: FailureKind)] = [:]
    /// Files that could not be sealed. The receiver may have them all the same, which it says when it is asked.
    private var unsealed: [Int: (reason: String, kind: FailureKind)] = [:]

    init(_ study: OutboxStudy, _ instances: [OutboxInstance], observer: any SenderObserver, gauge: LinkGauge) {
        self.study = study
        self.observer = observer
        self.gauge = gauge
        names = instances.map(\.name)
        open = Set(instances.indices)
        for row in instances { reports[row.position] = row.report }
    }

    /// Tells of files whose fate was known before this process looked at them.
    ///
    /// - Parameter isRepeated: the observer knows of them already; they are counted only.
    func tellKnown(_ instances: [OutboxInstance], isRepeated: Bool = false) {
        for row in instances {
            if isRepeated {
                count(row)
                continue
            }
            switch row.state {
            case .acknowledged:
                deliver(row.position, exact: row.exactness.flatMap(Exactness.init(rawValue:)), wireBytes: nil)
            case .withdrawn: fail(row.position, row.failure ?? "it could not be sent", row.failureKind ?? .temporary)
            case .failed where !row.mayBeTriedAgain: fail(row.position, row.failure ?? "", row.failureKind ?? .temporary)
            case .planned, .sealed, .sending, .failed: break
            }
        }
    }

    private func count(_ row: OutboxInstance) {
        switch row.state {
        case .acknowledged: delivered += 1
        case .withdrawn: failed += 1
        case .failed where !row.mayBeTriedAgain: failed += 1
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
            let kind = failure.code.kind
            if kind == .temporary { passing[receipt.index] = (reason, kind) } else { fail(receipt.index, reason, kind) }
        }
    }

    /// It could not be sealed; told at the end, unless the receiver has it.
    func notSealed(_ index: Int, _ reason: String, _ kind: FailureKind) {
        unsealed[index] = (reason, kind)
    }

    func fail(_ index: Int, _ reason: String, _ kind: FailureKind) {
        guard open.remove(index) != nil else { return }
        failed += 1
        observer.observe(.instance(.failed(names[index], reason, study: study.studyUID), kind))
    }

    private func deliver(_ index: Int, exact: Exactness?, wireBytes: Int?) {
        guard open.remove(index) != nil else { return }
        delivered += 1
        passing[index] = nil
        let instance = SenderEvent.Instance(
            names[index], .delivered, study: study.studyUID, report: reports[index], wireBytes: wireBytes, exact: exact)
        observer.observe(.instance(instance, nil))
    }

    /// The study is closed. Whatever else was open has been answered by another process.
    ///
    /// - Parameter receipts: the file that keeps the receipts.
    func conclude(receipts: String?) -> (delivered: Int, failed: Int) {
        tellUnsealed()
        for (index, failure) in passing { fail(index, failure.reason, failure.kind) }
        let ended = SenderEvent.Study(
            study: study.studyUID, transfer: study.transferID, delivered: delivered, failed: failed, receipts: receipts)
        observer.observe(.study(ended))
        return (delivered, failed)
    }

    /// Tells of what could not be sealed; where the receiver has it all the same, that was not known in time.
    func tellUnsealed() {
        for (index, failure) in unsealed.sorted(by: { $0.key < $1.key }) { fail(index, failure.reason, failure.kind) }
        unsealed = [:]
    }

    /// The study stays in the outbox.
    func keep(because error: any Error) {
        tellUnsealed()
        for (index, failure) in passing where open.contains(index) {
            open.remove(index)
            observer.observe(.kept([names[index]], study: study, because: OperationFailure(failure.kind, failure.reason)))
        }
        let waiting = open.count + passing.count
        observer.observe(.kept(open.sorted().map { names[$0] }, study: study, because: error))
        let ended = SenderEvent.Study(
            study: study.studyUID, transfer: study.transferID, delivered: delivered, failed: failed, queued: waiting, receipts: nil)
        observer.observe(.study(ended))
    }
}
