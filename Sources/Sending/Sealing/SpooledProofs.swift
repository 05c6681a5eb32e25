import Basics
import Concurrency
import DICOM
import Files
import Foundation
import Journal
import Logging
import Protocol
import StegoKit

/// Proves stego files that are in the spool already, while the link may be carrying them.
struct SpooledProofs: Sendable {
    /// How long to wait when a file cannot be read, or the journal not be written.
    private static let retryDelay = Duration.seconds(2)

    private let transfer: Transfer
    private let sealers: SealerSource
    private let capacity: SealingCapacity
    private let directions: LiveDirections
    private let clock: any MonotonicClock
    private let log = Logger(label: "veilray.seal")

    init(
        _ transfer: Transfer, sealers: SealerSource, capacity: SealingCapacity, directions: LiveDirections, clock: any MonotonicClock
    ) {
        self.transfer = transfer
        self.sealers = sealers
        self.capacity = capacity
        self.directions = directions
        self.clock = clock
    }

    /// Proves the stego file with this digest, as often as it takes to know; one that is not exact is to be sealed anew.
    ///
    /// - Returns: the seconds that it took; `nil` where it is not exact, or not there any more.
    /// - Throws: `CancellationError`; what the journal throws.
    func prove(_ index: Int, _ digest: ContentDigest) async throws -> Double? {
        while await transfer.isUnproven(index, digest) {
            let (outcome, seconds) = try await outcome(index, digest)
            do {
                switch outcome {
                case .passed:
                    // Also when the study is put away meanwhile: then it is not proven again.
                    try await withoutCancellation { [transfer] in try await transfer.proven(index, digest) }
                    return seconds
                case .failed(let reason):
                    try await refute(index, digest, because: reason)
                    return nil
                case .gone:
                    try await transfer.sealAnew(index)
                    return nil
                case .interrupted(let reason):
                    log.error("a sealed file could not be proven for now", metadata: metadata(index, reason))
                }
            } catch  where FailureKind(of: error) == .fileAccess {
                log.error("the outbox cannot be written", metadata: metadata(index, JournalDatabase.reason(for: error)))
            }
            try await clock.sleep(for: Self.retryDelay)
        }
        return nil
    }

    /// The stego file with this digest is to be made anew, and proven before it is on the disk.
    func refute(_ index: Int, _ digest: ContentDigest, because reason: String) async throws {
        log.error("a sealed file is not known to be exact and is sealed anew; please report this", metadata: metadata(index, reason))
        try await withoutCancellation { [transfer] in try await transfer.refuted(index, digest) }
    }

    private func metadata(_ index: Int, _ reason: String) -> Logger.Metadata {
        ["file": "\(transfer.rows[index].name)", "reason": "\(reason)"]
    }

    private enum Outcome: Sendable {
        case passed
        /// It is not exact, or the receiver would not open it.
        case failed(String)
        /// It is not there as it was sealed.
        case gone
        /// Nothing is known to be wrong with it: it cannot be read, or the program can start no decoder.
        case interrupted(String)
    }

    private func outcome(_ index: Int, _ digest: ContentDigest) async throws -> (Outcome, seconds: Double) {
        let setup = try await sealers.current()
        let row = transfer.rows[index]
        return try await capacity.processors.withPlace(directions.priority.placeKind) {
            let identifier = UUID()
            transfer.observer.observe(.sealingBegan(identifier, name: row.name, byteCount: row.originalBytes))
            defer { transfer.observer.observe(.sealingEnded(identifier)) }
            return try await capacity.pool.run { [transfer] in
                let begin = ContinuousClock.now
                let outcome = Self.outcome(transfer.unprovenFile(index, digest), row, setup.sealer)
                return (outcome, (ContinuousClock.now - begin).seconds)
            }
        }
    }

    /// Runs on a worker thread.
    private static func outcome(_ stego: FileSource?, _ row: OutboxInstance, _ sealer: InstanceSealer) -> Outcome {
        guard let stego else { return .gone }
        do {
            try sealer.proveFrames(of: stego, name: row.name, original: row.originalDigest, byteCount: row.originalBytes)
            return .passed
        } catch let error as FileError {
            return .interrupted("\(error)")
        } catch let error as DICOMError where error.code == .decoderUnavailable {
            return .interrupted(error.reason)
        } catch {
            return .failed("\(error)")
        }
    }
}
