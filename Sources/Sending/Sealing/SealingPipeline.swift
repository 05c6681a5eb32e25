import Basics
import Concurrency
import Files
import Foundation
import Journal
import Logging
import Protocol
import StegoKit

/// The processors that all transfers of one process seal on.
struct SealingCapacity: Sendable {
    let pool: WorkerPool
    /// A place for each processor: sealing a file takes one.
    let processors: PrioritySemaphore

    init(pool: WorkerPool) {
        self.pool = pool
        processors = PrioritySemaphore(count: pool.width)
    }
}

/// Seals one transfer's files ahead of its link, on as many processors as there are, and puts each onto the disk.
struct SealingPipeline: Sendable {
    /// How long to wait when the own disk takes no more, which receipts free, or an original cannot be read.
    private static let retryDelay = Duration.seconds(2)

    /// How often to look whether the link has told of itself.
    private static let linkLook = Duration.milliseconds(20)

    private let transfer: Transfer
    private let sealers: SealerSource
    private let capacity: SealingCapacity
    private let directions: LiveDirections
    /// Chooses each file's encoding.
    private let advisor: EncodingAdvisor
    private let clock: any MonotonicClock
    /// What is known of the link, how many sealed bytes have not arrived, and for how long some have been waiting.
    private let link: @Sendable () async -> (standing: LinkStanding, waitingBytes: Int, waitingSeconds: Double)

    /// Files that were being sealed, or were to be, each time that this program ended in another way than in order. One at a time.
    private let suspects: Set<Int>
    private let suspectsPlace = PrioritySemaphore(count: 1)
    private let proofs: SpooledProofs
    private static let label = "veilray.seal"
    private let log = Logger(label: Self.label)

    /// Attempts after which nothing of the file is decoded any more: the last of them was alone.
    private static let attemptsShowingImage = 3
    /// Attempts after which it is given up.
    private static let attempts = 4

    init(
        _ transfer: Transfer, sealers: SealerSource, capacity: SealingCapacity, directions: LiveDirections, advisor: EncodingAdvisor,
        clock: any MonotonicClock,
        link: @escaping @Sendable () async -> (standing: LinkStanding, waitingBytes: Int, waitingSeconds: Double)
    ) {
        self.transfer = transfer
        self.sealers = sealers
        self.capacity = capacity
        self.directions = directions
        self.advisor = advisor
        self.clock = clock
        self.link = link
        proofs = SpooledProofs(transfer, sealers: sealers, capacity: capacity, directions: directions, clock: clock)
        suspects = Set(transfer.rows.filter { $0.attempts >= OutboxInstance.attemptsInCompany }.map(\.position))
    }

    /// Runs until it is cancelled: a file that is lost on the disk may have to be sealed again at any time.
    ///
    /// - Throws: `CancellationError`, `DatabaseError`.
    func run() async throws {
        // Before the first of them: one may end the program, and would again and again.
        try await transfer.countAttempts(below: OutboxInstance.attemptsInCompany)
        do {
            try await sealAll()
        } catch {
            // In a task of its own: this one is cancelled as a rule.
            await Task { [transfer, log] in
                do {
                    try await transfer.forgetAttempts()
                } catch {
                    log.warning("the outbox could not be closed in order", metadata: ["reason": "\(error)"])
                }
            }.value
            throw error
        }
    }

    private func sealAll() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for row in transfer.rows {
                guard row.proof == .outstanding, let digest = row.sealedDigest else { continue }
                group.addTask { try await prove(row.position, digest) }
            }
            for _ in 0..<capacity.pool.width {
                group.addTask {
                    while true { try await seal(transfer.nextToSeal()) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Proves a stego file that this program had no time to prove before it ended.
    private func prove(_ index: Int, _ digest: ContentDigest) async throws {
        guard suspects.contains(index) else { return _ = try await proofs.prove(index, digest) }
        try await suspectsPlace.withPlace(directions.priority.placeKind) {
            guard try await transfer.countAttempt(index) <= Self.attemptsShowingImage else {
                return try await proofs.refute(index, digest, because: "this program ended each time that it was proving the file")
            }
            _ = try await proofs.prove(index, digest)
        }
    }

    private func seal(_ index: Int) async throws {
        let setup = try await sealers.current()
        // Where an attempt got further than the one before, no file was the reason for its end.
        guard suspects.contains(index), try await !transfer.hasAdvanced(index) else {
            return try await seal(index, setup, provesLater: transfer.mayProveLater(index))
        }
        try await suspectsPlace.withPlace(directions.priority.placeKind) {
            let attempts = try await transfer.countAttempt(index)
            guard attempts <= Self.attempts else {
                return try await withdraw(
                    index, OperationFailure(.badData, "this program ended each time that it was sealing the file"))
            }
            try await seal(index, setup, provesLater: false, showsImage: attempts <= Self.attemptsShowingImage)
        }
    }

    private func seal(_ index: Int, _ setup: SealerSetup, provesLater: Bool, showsImage: Bool = true) async throws {
        let instance = transfer.rows[index]
        try await untilLinkIsTold(setup.candidates)
        let (outcome, decision) = try await capacity.processors.withPlace(directions.priority.placeKind) {
            let (standing, waitingBytes, seconds) = await link()
            let decision = advisor.next(
                instance.originalBytes, setup.candidates, standing, waitingBytes: waitingBytes, waitingSeconds: seconds)
            let work = SealingWork(
                sealer: setup.sealer, decision: decision, advisor: advisor, showsImage: showsImage, provesLater: provesLater)
            let identifier = UUID()
            transfer.observer.observe(.sealingBegan(identifier, name: instance.name, byteCount: instance.originalBytes))
            defer { transfer.observer.observe(.sealingEnded(identifier)) }
            let outcome = try await capacity.pool.run { [transfer] in Self.seal(index, of: transfer, work, hasCapsule: setup.hasCapsule) }
            return (outcome, decision)
        }
        try await take(outcome, index)
        guard case .sealed(let file, let seconds) = outcome, !file.isProven, let more = try await proofs.prove(index, file.digest) else {
            return
        }
        advisor.learn(decision, file.report, seconds: seconds + more)
    }

    /// Sealing is so fast that a study may be sealed in more bytes than a slow link should carry before anything is known of it.
    private func untilLinkIsTold(_ candidates: EncodingCandidates) async throws {
        while case let (standing, waitingBytes, seconds) = await link(),
            let patience = advisor.patience(candidates, standing, waitingBytes: waitingBytes, waitingSeconds: seconds)
        {
            try await clock.sleep(for: min(patience, Self.linkLook))
        }
    }

    private func take(_ outcome: Outcome, _ index: Int) async throws {
        let instance = transfer.rows[index]
        switch outcome {
        case .sealed(let file, _):
            // Also when the study is put away meanwhile: then it is not sealed again.
            try await journalled(index) { try await withoutCancellation { [transfer] in try await transfer.sealed(index, file) } }
        case .failed(let failure):
            // The receiver has it, and its receipt comes by itself: then it does not matter what has become of it here.
            if await transfer.isDone(index) { return await transfer.notSealed(index) }
            try await withdraw(index, failure)
        case .late: return
        case .notStored(let error):
            log.error("a sealed file could not be put onto the disk", metadata: ["reason": "\(error)"])
            try await rest(index)
        case .interrupted(let reason):
            log.error("a file could not be sealed for now", metadata: ["file": "\(instance.name)", "reason": "\(reason)"])
            try await rest(index)
        case .unreadable(let error):
            try await clock.sleep(for: Self.retryDelay)
            guard await transfer.notRead(index, reason: "\(instance.name): \(error.reason); it is tried again") else { return }
            log.warning("an original cannot be read for now", metadata: ["file": "\(error.path)", "reason": "\(error.reason)"])
        }
    }

    private func rest(_ index: Int) async throws {
        try await clock.sleep(for: Self.retryDelay)
        await transfer.notSealed(index)
    }

    private func withdraw(_ index: Int, _ failure: OperationFailure) async throws {
        log.error("the file cannot be sent", metadata: ["file": "\(transfer.rows[index].name)", "reason": "\(failure)"])
        try await journalled(index) { try await transfer.withdrawn(index, failure) }
    }

    /// Makes a change of the journal; when its disk takes no more, the file is sealed again later.
    private func journalled(_ index: Int, _ change: () async throws -> Void) async throws {
        do {
            try await change()
        } catch  where FailureKind(of: error) == .fileAccess {
            log.error("the outbox cannot be written", metadata: ["reason": "\(JournalDatabase.reason(for: error))"])
            try await rest(index)
        }
    }

    private enum Outcome: Sendable {
        case sealed(SealedFile, seconds: Double)
        case failed(OperationFailure)
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
    private static func seal(_ index: Int, of transfer: Transfer, _ work: SealingWork, hasCapsule: Bool) -> Outcome {
        let instance = transfer.rows[index]
        let place = SealingPlace(makeStore: { try transfer.makeStore(index) }, checkpoint: { transfer.checkpoint(index) })
        let outcome = work.outcome(path: instance.path, name: instance.name, digest: instance.originalDigest, place: place)
        switch outcome {
        case .failed(let reason, let kind):
            transfer.removeUnfinished(index)
            return .failed(OperationFailure(kind, reason))
        case .unreadable(let error): return .unreadable(error)
        case .interrupted(let reason): return .interrupted(reason: reason)
        case .sealed(let sealed):
            if sealed.takenFrames > 0 {
                Logger(label: Self.label).notice(
                    "a file's sealing went on where it was ended",
                    metadata: ["file": "\(instance.name)", "frames": "\(sealed.takenFrames)"])
            }
            do {
                let isStored =
                    switch sealed.bytes {
                    case .inMemory(let bytes): try transfer.store(bytes, index)
                    case .onDisk(let file): try transfer.store(file, index)
                    }
                guard isStored else { return .late }
            } catch {
                return .notStored(error)
            }
            return .sealed(
                SealedFile(
                    byteCount: sealed.report.stegoByteCount, digest: sealed.digest, codec: work.decision.encoding.codec,
                    hasCapsule: hasCapsule, report: sealed.report, isProven: sealed.isProven), seconds: sealed.seconds)
        }
    }
}
