import CommandLineSupport
import Crypto
import DICOM
import Logging
import Protocol
import StegoKit

/// Seals one transfer's files ahead of its link, on as many processors as there are, and puts each onto the disk.
struct SealingLine: Sendable {
    /// How long to wait when the own disk takes no more; receipts free it.
    private static let retryDelay = Duration.seconds(2)

    let study: OutboxStudy
    let instances: [OutboxInstance]
    let outbox: Outbox
    let progress: TransferProgress
    let sealers: SealerSource
    let resources: DeliveryResources
    /// How the next file's pixels are encoded, when the receiver takes this codec.
    let encoding: @Sendable (StegoCodec) async -> StegoEncoding
    /// Told of each file that cannot be sent.
    let onFailure: @Sendable (Int, String, ExitStatus) async -> Void
    let onSealed: @Sendable (Int, SealReport) async -> Void

    private let log = Logger(label: "veilray.seal")

    init(
        study: OutboxStudy, instances: [OutboxInstance], outbox: Outbox, progress: TransferProgress, sealers: SealerSource,
        resources: DeliveryResources, encoding: @escaping @Sendable (StegoCodec) async -> StegoEncoding,
        onSealed: @escaping @Sendable (Int, SealReport) async -> Void,
        onFailure: @escaping @Sendable (Int, String, ExitStatus) async -> Void
    ) {
        self.study = study
        self.instances = instances
        self.outbox = outbox
        self.progress = progress
        self.sealers = sealers
        self.resources = resources
        self.encoding = encoding
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
        let (sealer, options) = try await sealers.current()
        let encoding = await encoding(options.codec)
        let outcome = try await resources.processors.with(study.priority) {
            try await resources.pool.run { [spool = outbox.spool(study.transferID), instance = instances[index]] in
                Self.seal(instance, SealingWork(sealer: sealer, encoding: encoding), hasCapsule: options.capsule != nil, into: spool)
            }
        }
        switch outcome {
        case .sealed(let file):
            try await outbox.sealed(study.transferID, index, file)
            await onSealed(index, file.report)
            await progress.sealed(index, file)
        case .failed(let reason, let status):
            try await outbox.withdrawn(study.transferID, index, reason: reason, status: status)
            await progress.withdrawn(index, reason: reason)
            await onFailure(index, reason, status)
        case .notStored(let error):
            log.error("a sealed file could not be put onto the disk", metadata: ["reason": "\(error)"])
            try await Task.sleep(for: Self.retryDelay)
            await progress.unsealed(index)
        }
    }

    private enum Outcome: Sendable {
        case sealed(SealedFile)
        case failed(reason: String, status: ExitStatus)
        /// Nothing is wrong with the file: the own disk is full, or fails.
        case notStored(any Error)
    }

    /// Seals one file and stores it; runs on a worker thread.
    private static func seal(_ instance: OutboxInstance, _ work: SealingWork, hasCapsule: Bool, into spool: SpoolFolder) -> Outcome {
        switch work.outcome(path: instance.path, name: instance.name, digest: instance.originalDigest) {
        case .failed(let reason, let status): return .failed(reason: reason, status: status)
        case .sealed(let sealed):
            do {
                try spool.store(sealed.bytes, instance.position)
            } catch {
                return .notStored(error)
            }
            return .sealed(
                SealedFile(
                    byteCount: sealed.bytes.count, digest: ContentDigest(of: sealed.bytes), codec: work.encoding.codec,
                    hasCapsule: hasCapsule, report: sealed.report))
        }
    }
}
