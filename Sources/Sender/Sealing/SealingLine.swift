import CommandLineSupport
import Crypto
import DICOM
import GRDB
import Journal
import Logging
import Protocol
import StegoKit

/// Seals one transfer's files ahead of its link, on as many processors as there are, and puts each onto the disk.
struct SealingLine: Sendable {
    /// How long to wait when the own disk takes no more, which receipts free, or an original cannot be read.
    private static let retryDelay = Duration.seconds(2)

    let study: OutboxStudy
    let instances: [OutboxInstance]
    let outbox: Outbox
    let progress: TransferProgress
    let sealers: SealerSource
    let resources: DeliveryResources
    /// Chooses each file's encoding.
    let advisor: EncodingAdvisor
    /// What is known of the link, how many sealed bytes have not arrived, and for how long files are being sent.
    let link: @Sendable () async -> (standing: LinkStanding, waitingBytes: Int, sendingSeconds: Double)
    /// Told of each file that cannot be sent.
    let onFailure: @Sendable (Int, String, ExitStatus) async -> Void
    let onSealed: @Sendable (Int, SealReport) async -> Void
    let directions: LiveDirections
    /// Closed when the study is.
    let spoolUse: SpoolUse

    private let log = Logger(label: "veilray.seal")

    init(
        study: OutboxStudy, instances: [OutboxInstance], outbox: Outbox, progress: TransferProgress, sealers: SealerSource,
        resources: DeliveryResources, directions: LiveDirections, spoolUse: SpoolUse, advisor: EncodingAdvisor,
        link: @escaping @Sendable () async -> (standing: LinkStanding, waitingBytes: Int, sendingSeconds: Double),
        onSealed: @escaping @Sendable (Int, SealReport) async -> Void,
        onFailure: @escaping @Sendable (Int, String, ExitStatus) async -> Void
    ) {
        self.study = study
        self.instances = instances
        self.outbox = outbox
        self.progress = progress
        self.sealers = sealers
        self.resources = resources
        self.directions = directions
        self.spoolUse = spoolUse
        self.advisor = advisor
        self.link = link
        self.onSealed = onSealed
        self.onFailure = onFailure
    }

    /// Runs until it is cancelled: a file that is lost on the disk may have to be sealed again at any time.
    ///
    /// - Throws: `CancellationError`, `DatabaseError`.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<resources.pool.width {
                group.addTask {
                    while true { try await seal(progress.nextToSeal()) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func seal(_ index: Int) async throws {
        let setup = try await sealers.current()
        let instance = instances[index]
        let outcome = try await resources.processors.with(directions.priority) {
            let (standing, waitingBytes, seconds) = await link()
            let decision = advisor.next(
                instance.originalBytes, setup.candidates, standing, waitingBytes: waitingBytes, sendingSeconds: seconds)
            let work = SealingWork(sealer: setup.sealer, decision: decision, advisor: advisor)
            let number = resources.reporter.beginSealing(instance.name, instance.originalBytes)
            defer { resources.reporter.endSealing(number) }
            return try await resources.pool.run { [spool = outbox.spool(study.transferID), spoolUse] in
                Self.seal(instance, work, hasCapsule: setup.hasCapsule, into: spool, spoolUse)
            }
        }
        switch outcome {
        case .sealed(let file):
            guard try await journalled(index, { try await outbox.sealed(study.transferID, index, file) }) else { return }
            await onSealed(index, file.report)
            await progress.sealed(index, file)
        case .failed(let reason, let status):
            // The receiver has it, and its receipt comes by itself: then it does not matter what has become of it here.
            if await progress.isSettled(index) { return await progress.notStored(index) }
            log.error("the file cannot be sent", metadata: ["file": "\(instance.name)", "reason": "\(reason)"])
            guard
                try await journalled(
                    index, { try await outbox.withdrawn(study.transferID, index, reason: reason, status: status) })
            else { return }
            await progress.withdrawn(index, reason: reason)
            await onFailure(index, reason, status)
        case .late: return
        case .notStored(let error):
            log.error("a sealed file could not be put onto the disk", metadata: ["reason": "\(error)"])
            try await Task.sleep(for: Self.retryDelay)
            await progress.notStored(index)
        case .unreadable(let error):
            try await Task.sleep(for: Self.retryDelay)
            guard await progress.notRead(index, reason: "\(instance.name): \(error.reason); it is tried again") else { return }
            log.warning("an original cannot be read for now", metadata: ["file": "\(error.path)", "reason": "\(error.reason)"])
        }
    }

    /// Makes a change of the journal; when its disk takes no more, the file is sealed again later.
    private func journalled(_ index: Int, _ change: () async throws -> Void) async throws -> Bool {
        do {
            try await change()
            return true
        } catch let error as DatabaseError {
            log.error("the outbox cannot be written", metadata: ["reason": "\(JournalDatabase.reason(for: error))"])
            try await Task.sleep(for: Self.retryDelay)
            await progress.notStored(index)
            return false
        }
    }

    private enum Outcome: Sendable {
        case sealed(SealedFile)
        case failed(reason: String, status: ExitStatus)
        /// Nothing is wrong with the file: the own disk is full, or fails.
        case notStored(any Error)
        /// The study has been closed since: the receiver had the file.
        case late
        /// Nothing is known to be wrong with the file: it cannot be read for now.
        case unreadable(FileError)
    }

    /// Seals one file and stores it; runs on a worker thread.
    private static func seal(
        _ instance: OutboxInstance, _ work: SealingWork, hasCapsule: Bool, into spool: SpoolFolder, _ use: SpoolUse
    ) -> Outcome {
        switch work.outcome(path: instance.path, name: instance.name, digest: instance.originalDigest) {
        case .failed(let reason, let status): return .failed(reason: reason, status: status)
        case .unreadable(let error): return .unreadable(error)
        case .sealed(let sealed):
            do {
                guard try use.writing({ try spool.store(sealed.bytes, instance.position) }) != nil else { return .late }
            } catch {
                return .notStored(error)
            }
            return .sealed(
                SealedFile(
                    byteCount: sealed.bytes.count, digest: ContentDigest(of: sealed.bytes), codec: work.decision.encoding.codec,
                    hasCapsule: hasCapsule, report: sealed.report))
        }
    }
}
