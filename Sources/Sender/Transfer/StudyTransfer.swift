import CommandLineSupport
import Crypto
import Protocol
import StegoKit

/// Sends one study through an open session: seals its files on worker threads, sends each as it is ready, and collects the receipts.
struct StudyTransfer: Sendable {
    let session: SenderSession
    let identity: Identity
    let plan: StudyPlan
    let options: SealOptions
    let pool: WorkerPool
    let reporter: SenderReporter
    let archive: ReceiptArchive
    let gauge: LinkGauge
    let effort: EffortChoice

    /// Returns when it is known of every file what became of it, and the reporter has been told: also when the session broke.
    func run() async {
        let key = StudyKey()
        let studyUID = key.derivedUID(for: plan.studyUID)
        let ledger = TransferLedger(plan: plan, studyUID: studyUID, reporter: reporter, gauge: gauge)
        var receiptsPath: String?
        do {
            let manifest = try Manifest(studyUID: StudyUID(studyUID), entries: plan.instances.map(\.entry), signedBy: identity)
            do {
                let studyReceipt = try await transfer(manifest, key, ledger)
                receiptsPath = await keepReceipts(manifest, ledger, studyReceipt)
            } catch {
                // What was acknowledged before the session broke stays acknowledged.
                receiptsPath = await keepReceipts(manifest, ledger, nil)
                throw error
            }
        } catch {
            await ledger.abandon(because: error)
        }
        await ledger.reportStudy(receipts: receiptsPath)
    }

    /// The file with the receipts, or `nil`, after telling why.
    private func keepReceipts(_ manifest: Manifest, _ ledger: TransferLedger, _ studyReceipt: StudyReceipt?) async -> String? {
        let receipts = await ledger.receipts
        guard !receipts.isEmpty || studyReceipt != nil else { return nil }
        do {
            return try await pool.run { [archive] in try archive.store(manifest, receipts, studyReceipt) }
        } catch {
            reporter.reportLoss(of: "the receipts", because: error)
            return nil
        }
    }

    private func transfer(_ manifest: Manifest, _ key: StudyKey, _ ledger: TransferLedger) async throws -> StudyReceipt {
        let studyKey = key.withUnsafeBytes { SymmetricKey(data: $0) }
        let standing = try await session.openStudy(manifest, studyKey: studyKey)
        var options = options
        if session.agreement.keepsStego {
            options.capsule = try Capsule.seal(studyKey, to: session.agreement.peer.card, studyUID: manifest.studyUID).bytes
        }
        let sealer = InstanceSealer(key: key, options: options)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A session that breaks is noticed by whoever sends or finishes.
                do { for try await receipt in session.receipts() { await ledger.received(receipt) } } catch {}
            }
            try await sendInstances(missingFrom: standing, sealer, ledger)
            let studyReceipt = try await session.finishStudy()
            // The session has every receipt now; the task above may still be handing them on.
            await ledger.untilAllAnswered()
            group.cancelAll()
            return studyReceipt
        }
    }

    private func sendInstances(missingFrom standing: StudyStanding, _ sealer: InstanceSealer, _ ledger: TransferLedger) async throws {
        let work = SealingWork(sealer: sealer) { [gauge, effort] in gauge.effort(wanted: effort) }
        let missing = plan.instances.enumerated().filter { index, _ in standing[index] != .complete }
        try await pool.forEach(missing) { index, instance in
            (index, work.outcome(of: instance))
        } receive: { index, outcome in
            switch outcome {
            case .failed(let reason, let status): try await withdraw(index, reason, status, ledger)
            case .sealed(let sealed): try await send(index, sealed, ledger)
            }
        }
    }

    private func send(_ index: Int, _ sealed: SealedInstance, _ ledger: TransferLedger) async throws {
        await ledger.sealed(index, sealed.report)
        let header = InstanceHeader(
            index: index, byteCount: UInt64(sealed.bytes.count), digest: ContentDigest(of: sealed.bytes),
            report: InstanceReport(sealed.report, codec: options.codec))
        gauge.handedOver(sealed.bytes.count)
        do {
            try await session.send(header, sealed.bytes)
        } catch let error as ProtocolError where error.code == .limitExceeded {
            // The receiver takes no file of this size; the others go on. Where the session itself has ended, this throws again.
            try await withdraw(index, error.reason, .badData, ledger)
        }
    }

    private func withdraw(_ index: Int, _ reason: String, _ status: ExitStatus, _ ledger: TransferLedger) async throws {
        try await session.withdraw(index: index, reason: reason)
        await ledger.withdrawn(index, reason: reason, status: status)
    }
}

extension InstanceReport {
    init(_ report: SealReport, codec: StegoCodec) {
        self.init(
            method: CapabilityName(report.method) ?? "none", codec: CapabilityName(codec.rawValue) ?? "none",
            placement: Placement(rawValue: report.record.rawValue) ?? .element, hiddenBits: UInt64(report.bitsHidden),
            originalBytes: UInt64(report.originalByteCount), changedSamples: UInt64(report.changedSamples),
            maximumChange: UInt32(clamping: report.maximumChange), peakSignalToNoiseRatio: report.peakSignalToNoiseRatio ?? .infinity)
    }
}
