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
    let gauge: LinkGauge
    let effort: EffortChoice

    /// Returns when the receiver has answered for every file. What became of each is told to the reporter.
    ///
    /// - Throws: ``ProtocolError`` when the session broke; files without an answer have been reported as failed then.
    func run() async throws {
        let key = StudyKey()
        let studyUID = try StudyUID(key.derivedUID(for: plan.studyUID))
        let ledger = TransferLedger(plan: plan, studyUID: studyUID.text, reporter: reporter, gauge: gauge)
        do {
            try await transfer(key, studyUID, ledger)
        } catch {
            await ledger.abandon(because: error)
            throw error
        }
        await ledger.reportStudy()
    }

    private func transfer(_ key: StudyKey, _ studyUID: StudyUID, _ ledger: TransferLedger) async throws {
        let manifest = try Manifest(studyUID: studyUID, entries: plan.instances.map { try $0.manifestEntry }, signedBy: identity)
        let studyKey = key.withUnsafeBytes { SymmetricKey(data: $0) }
        _ = try await session.openStudy(manifest, studyKey: studyKey)
        var options = options
        if session.agreement.keepsStego {
            options.capsule = try Capsule.seal(studyKey, to: session.agreement.peer.card, studyUID: studyUID).bytes
        }
        let sealer = InstanceSealer(key: key, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A session that breaks is noticed by whoever sends or finishes.
                do { for try await receipt in session.receipts() { await ledger.received(receipt) } } catch {}
            }
            try await sendInstances(sealer, ledger)
            _ = try await session.finishStudy()
            // The session has every receipt now; the task above may still be handing them on.
            await ledger.untilAllAnswered()
            group.cancelAll()
        }
    }

    private func sendInstances(_ sealer: InstanceSealer, _ ledger: TransferLedger) async throws {
        let work = SealingWork(sealer: sealer) { [gauge, effort] in gauge.effort(wanted: effort) }
        let codec = options.codec
        try await pool.forEach(plan.instances.enumerated()) { index, instance in
            (index, work.outcome(of: instance))
        } receive: { index, outcome in
            switch outcome {
            case .failed(let reason, let status):
                try await session.withdraw(index: index, reason: reason)
                await ledger.withdrawn(index, reason: reason, status: status)
            case .sealed(let sealed):
                await ledger.sealed(index, sealed.report)
                let header = InstanceHeader(
                    index: index, byteCount: UInt64(sealed.bytes.count), digest: ContentDigest(of: sealed.bytes),
                    report: InstanceReport(sealed.report, codec: codec))
                gauge.handedOver(sealed.bytes.count)
                try await session.send(header, sealed.bytes)
            }
        }
    }
}

extension PlannedInstance {
    var manifestEntry: ManifestEntry {
        get throws {
            guard let digest = ContentDigest(bytes: digest.bytes) else {
                throw CommandFailure(.badData, "\(name): its digest has a wrong length")
            }
            return try ManifestEntry(path: name, byteCount: UInt64(byteCount), digest: digest)
        }
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
