import Basics
import Concurrency
import Operations
import Protocol
import Synchronization

/// Bounds the memory that the manifests of studies take that are being received: about 300 bytes a file, for as long as the session lasts.
final class ManifestPlaces: Sendable {
    /// Files of the studies that one sender has open at a time. A single study may have as many as the protocol allows.
    static let perSender = 200_000
    static let ofAll = 400_000

    /// Files of a study whose manifest takes much memory to read: several times what is kept of it.
    private static let large = 10_000
    private static let tidyingPause = Duration.seconds(1)

    private let limits: (sender: Int, all: Int)
    private let tidying = ChangeNotice()
    private let taken = Mutex<[Fingerprint: Int]>([:])

    init(perSender: Int = ManifestPlaces.perSender, ofAll: Int = ManifestPlaces.ofAll) {
        limits = (perSender, ofAll)
    }

    /// Takes places for a study's files until ``leave(_:)``.
    ///
    /// - Throws: ``ReceivingError`` `.tooManyFiles`
    func enter(_ manifest: Manifest) throws(ReceivingError) {
        let isTaken = taken.withLock { taken in
            let (own, all) = (taken[manifest.sender] ?? 0, taken.values.reduce(0, +))
            guard own == 0 || own + manifest.entries.count <= limits.sender else { return false }
            guard all == 0 || all + manifest.entries.count <= limits.all else { return false }
            taken[manifest.sender] = own + manifest.entries.count
            return true
        }
        guard isTaken else { throw .tooManyFiles }
    }

    /// Has the memory given back that a large manifest took: the allocator would keep it, for each thread.
    func tidyLater(_ manifest: Manifest) {
        if manifest.entries.count >= Self.large { tidying.post() }
    }

    /// Gives memory back a moment after each ``tidyLater(_:)``, until its task is cancelled.
    ///
    /// - Throws: `CancellationError`; `SystemError` where there is no room for a thread.
    func keepTidying(on pool: WorkerPool, clock: any Clock<Duration> = ContinuousClock()) async throws {
        var seen = 0
        while true {
            try await tidying.change(after: seen)
            seen = tidying.count
            try await clock.sleep(for: Self.tidyingPause)
            try await pool.run { Allocator.returnFreedMemory() }
        }
    }

    func leave(_ manifest: Manifest) {
        taken.withLock { taken in
            let rest = (taken[manifest.sender] ?? 0) - manifest.entries.count
            taken[manifest.sender] = rest > 0 ? rest : nil
        }
    }
}
