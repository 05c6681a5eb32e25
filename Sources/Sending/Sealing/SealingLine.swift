import Basics
import Concurrency
import Crypto
import DICOM
import Files
import Foundation
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
    let onFailure: @Sendable (Int, String, FailureKind) async -> Void
    let onSealed: @Sendable (Int, SealReport) async -> Void
    let directions: LiveDirections
    /// Closed when the study is.
    let spoolUse: SpoolUse

    /// Files that were being sealed, or were to be, each time that this program ended in another way than in order. One at a time.
    private let suspects: Set<Int>
    private let suspectsPlace = PrioritySemaphore(count: 1)
    private let log = Logger(label: "veilray.seal")

    /// Attempts that a file may have in company, before it is suspect.
    static let attemptsInCompany = 2
    /// Attempts after which nothing of the file is decoded any more: the last of them was alone.
    private static let attemptsShowingImage = 3
    /// Attempts after which it is given up.
    private static let attempts = 4

    init(
        study: OutboxStudy, instances: [OutboxInstance], outbox: Outbox, progress: TransferProgress, sealers: SealerSource,
        resources: DeliveryResources, directions: LiveDirections, spoolUse: SpoolUse, advisor: EncodingAdvisor,
        link: @escaping @Sendable () async -> (standing: LinkStanding, waitingBytes: Int, sendingSeconds: Double),
        onSealed: @escaping @Sendable (Int, SealReport) async -> Void,
        onFailure: @escaping @Sendable (Int, String, FailureKind) async -> Void
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
        suspects = Set(instances.filter { $0.attempts >= Self.attemptsInCompany }.map(\.position))
    }

    /// Runs until it is cancelled: a file that is lost on the disk may have to be sealed again at any time.
    ///
    /// - Throws: `CancellationError`, `DatabaseError`.
    func run() async throws {
        // Before the first of them: one may end the program, and would again and again.
        try await outbox.countAttempts(study.transferID, below: Self.attemptsInCompany)
        do {
            try await sealAll()
        } catch {
            // In a task of its own: this one is cancelled as a rule.
            await Task { [outbox, study, log] in
                do {
                    try await outbox.forgetAttempts(study.transferID)
                } catch {
                    log.warning("the outbox could not be closed in order", metadata: ["reason": "\(error)"])
                }
            }.value
            throw error
        }
    }

    private func sealAll() async throws {
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
        guard suspects.contains(index) else { return try await seal(index, setup) }
        try await suspectsPlace.withPlace(directions.priority.placeKind) {
            let attempts = try await outbox.countAttempt(study.transferID, index)
            guard attempts <= Self.attempts else {
                return try await withdraw(index, "this program ended each time that it was sealing the file", .badData)
            }
            try await seal(index, setup, showsImage: attempts <= Self.attemptsShowingImage)
        }
    }

    private func seal(_ index: Int, _ setup: SealerSetup, showsImage: Bool = true) async throws {
        let instance = instances[index]
        let outcome = try await resources.processors.withPlace(directions.priority.placeKind) {
            let (standing, waitingBytes, seconds) = await link()
            let decision = advisor.next(
                instance.originalBytes, setup.candidates, standing, waitingBytes: waitingBytes, sendingSeconds: seconds)
            let work = SealingWork(sealer: setup.sealer, decision: decision, advisor: advisor, showsImage: showsImage)
            let identifier = UUID()
            resources.observer.observe(.sealingBegan(identifier, name: instance.name, byteCount: instance.originalBytes))
            defer { resources.observer.observe(.sealingEnded(identifier)) }
            return try await resources.pool.run { [spool = outbox.spool(study.transferID), spoolUse] in
                Self.seal(instance, work, hasCapsule: setup.hasCapsule, into: spool, spoolUse)
            }
        }
        switch outcome {
        case .sealed(let file):
            guard try await journalled(index, { try await outbox.sealed(study.transferID, index, file) }) else { return }
            await onSealed(index, file.report)
            await progress.sealed(index, file)
        case .failed(let reason, let kind):
            // The receiver has it, and its receipt comes by itself: then it does not matter what has become of it here.
            if await progress.isSettled(index) { return await progress.notStored(index) }
            try await withdraw(index, reason, kind)
        case .late: return
        case .notStored(let error):
            log.error("a sealed file could not be put onto the disk", metadata: ["reason": "\(error)"])
            try await resources.clock.sleep(for: Self.retryDelay)
            await progress.notStored(index)
        case .interrupted(let reason):
            log.error("a file could not be sealed for now", metadata: ["file": "\(instance.name)", "reason": "\(reason)"])
            try await resources.clock.sleep(for: Self.retryDelay)
            await progress.notStored(index)
        case .unreadable(let error):
            try await resources.clock.sleep(for: Self.retryDelay)
            guard await progress.notRead(index, reason: "\(instance.name): \(error.reason); it is tried again") else { return }
            log.warning("an original cannot be read for now", metadata: ["file": "\(error.path)", "reason": "\(error.reason)"])
        }
    }

    private func withdraw(_ index: Int, _ reason: String, _ kind: FailureKind) async throws {
        log.error("the file cannot be sent", metadata: ["file": "\(instances[index].name)", "reason": "\(reason)"])
        guard
            try await journalled(index, { try await outbox.withdrawn(study.transferID, index, reason: reason, kind: kind) })
        else { return }
        await progress.withdrawn(index, reason: reason)
        await onFailure(index, reason, kind)
    }

    /// Makes a change of the journal; when its disk takes no more, the file is sealed again later.
    private func journalled(_ index: Int, _ change: () async throws -> Void) async throws -> Bool {
        do {
            try await change()
            return true
        } catch let error as DatabaseError {
            log.error("the outbox cannot be written", metadata: ["reason": "\(JournalDatabase.reason(for: error))"])
            try await resources.clock.sleep(for: Self.retryDelay)
            await progress.notStored(index)
            return false
        }
    }

    private enum Outcome: Sendable {
        case sealed(SealedFile)
        case failed(reason: String, kind: FailureKind)
        /// Nothing is wrong with the file: the own disk is full, or fails.
        case notStored(any Error)
        /// The study has been closed since: the receiver had the file.
        case late
        /// Nothing is wrong with the file: the program is being stopped, or can start no decoder.
        case interrupted(reason: String)
        /// Nothing is known to be wrong with the file: it cannot be read for now.
        case unreadable(FileError)
    }

    /// Seals one file and stores it; runs on a worker thread.
    private static func seal(
        _ instance: OutboxInstance, _ work: SealingWork, hasCapsule: Bool, into spool: OutboxSpool, _ use: SpoolUse
    ) -> Outcome {
        switch work.outcome(path: instance.path, name: instance.name, digest: instance.originalDigest) {
        case .failed(let reason, let kind): return .failed(reason: reason, kind: kind)
        case .unreadable(let error): return .unreadable(error)
        case .interrupted(let reason): return .interrupted(reason: reason)
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
