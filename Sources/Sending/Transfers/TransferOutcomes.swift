import Basics
import Protocol
import StegoKit

/// What the observer knows of the files of one transfer: it is told the end of each once, and then that of the study.
struct TransferOutcomes {
    private enum Known {
        case nothing
        /// The receiver could not restore it, and may the next time. Told when the study ends or is put away.
        case failedForNow(OperationFailure)
        /// It could not be sealed. Told when the study ends or is put away: the receiver may have it all the same.
        case notSealed(OperationFailure)
        case end
    }

    private let study: OutboxStudy
    private let names: [String]
    private let observer: any SenderObserver
    private var known: [Known]
    private var delivered = 0
    private var failed = 0

    init(_ study: OutboxStudy, _ rows: [OutboxInstance], observer: any SenderObserver) {
        self.study = study
        self.observer = observer
        names = rows.map(\.name)
        known = rows.map { _ in .nothing }
    }

    private func isOpen(_ index: Int) -> Bool {
        if case .end = known[index] { false } else { true }
    }

    /// Tells of files whose fate was known before this process looked at them.
    ///
    /// - Parameter isRepeated: the observer knows of them already; they are counted only.
    mutating func tellKnown(_ rows: [OutboxInstance], isRepeated: Bool) {
        for (index, row) in rows.enumerated() {
            switch row.state {
            case .acknowledged:
                deliver(index, row.report, exact: row.exactness.map { Exactness($0) }, wireBytes: nil, isSilent: isRepeated)
            case .withdrawn:
                fail(index, OperationFailure(row.failureKind ?? .temporary, row.failure ?? "it could not be sent"), isSilent: isRepeated)
            case .failed where !row.mayBeTriedAgain:
                fail(index, OperationFailure(row.failureKind ?? .temporary, row.failure ?? ""), isSilent: isRepeated)
            case .failed: known[index] = .failedForNow(OperationFailure(row.failureKind ?? .temporary, row.failure ?? ""))
            case .planned, .sealed, .sending: break
            }
        }
    }

    mutating func cannotBeSealed(_ index: Int, _ failure: OperationFailure) {
        if isOpen(index) { known[index] = .notSealed(failure) }
    }

    func sends(_ byteCount: Int, of index: Int, total: Int) {
        observer.observe(.sending(byteCount: byteCount, of: names[index], total: total))
    }

    mutating func answer(_ receipt: InstanceReceipt, _ report: SealReport?, wireBytes: Int?) {
        switch receipt.outcome {
        case .restored(_, let exactness):
            deliver(receipt.index, report, exact: Exactness(exactness), wireBytes: wireBytes)
        case .failed(let failure):
            let failure = OperationFailure(failure.code.kind, "the receiver could not restore it: \(failure)")
            if failure.kind != .temporary {
                fail(receipt.index, failure)
            } else if isOpen(receipt.index) {
                known[receipt.index] = .failedForNow(failure)
            }
        }
    }

    mutating func fail(_ index: Int, _ failure: OperationFailure, isSilent: Bool = false) {
        guard isOpen(index) else { return }
        known[index] = .end
        failed += 1
        if !isSilent { observer.observe(.instance(.failed(names[index], failure.description, study: study.studyUID.text), failure.kind)) }
    }

    private mutating func deliver(_ index: Int, _ report: SealReport?, exact: Exactness?, wireBytes: Int?, isSilent: Bool = false) {
        guard isOpen(index) else { return }
        known[index] = .end
        delivered += 1
        guard !isSilent else { return }
        let instance = SenderEvent.Instance(
            names[index], .delivered, study: study.studyUID.text, report: report, wireBytes: wireBytes, exact: exact)
        observer.observe(.instance(instance, nil))
    }

    /// Tells of files that could not be sealed. Where the receiver has one all the same, that was not known in time.
    mutating func tellNotSealed() {
        for index in known.indices {
            if case .notSealed(let failure) = known[index] { fail(index, failure) }
        }
    }

    /// The study is closed. Files that are open still have been answered by another process.
    ///
    /// - Parameter receipts: the file that keeps the receipts.
    /// - Returns: files delivered and failed.
    mutating func conclude(receipts: String?) -> (delivered: Int, failed: Int) {
        tellNotSealed()
        for index in known.indices {
            if case .failedForNow(let failure) = known[index] { fail(index, failure) }
        }
        let ended = SenderEvent.Study(
            study: study.studyUID.text, transfer: study.transferID.description, delivered: delivered, failed: failed, receipts: receipts)
        observer.observe(.study(ended))
        return (delivered, failed)
    }

    /// The study stays in the outbox.
    mutating func keep(because error: any Error) {
        tellNotSealed()
        var waiting: [String] = []
        var queued = 0
        for index in known.indices where isOpen(index) {
            queued += 1
            if case .failedForNow(let failure) = known[index] {
                observer.observe(.kept([names[index]], study: study, because: failure))
            } else {
                waiting.append(names[index])
            }
        }
        observer.observe(.kept(waiting, study: study, because: error))
        let ended = SenderEvent.Study(
            study: study.studyUID.text, transfer: study.transferID.description, delivered: delivered, failed: failed, queued: queued,
            receipts: nil)
        observer.observe(.study(ended))
    }
}

extension Exactness {
    fileprivate init(_ receipted: InstanceOutcome.Exactness) { self = receipted == .bytes ? .bytes : .pixelsAndElements }
}
