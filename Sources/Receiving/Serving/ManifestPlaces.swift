import Basics
import Concurrency
import Operations
import Protocol
import Synchronization

/// Bounds the memory that the manifests of studies take that are being received, from before they are decoded until their study ends.
final class ManifestPlaces: ManifestRoom {
    /// Of one sender, and of all, in bytes. A single study may take what the protocol allows.
    struct Limits: Sendable {
        /// Twice 100 000 files with names of 60 bytes: a sender whose link was cut comes again before its session is given up.
        var sender = 96 << 20
        var all = 192 << 20
    }

    /// What one manifest takes.
    private final class Place: ManifestPlace {
        private let places: ManifestPlaces
        private let bytes: Int
        private let sender: Fingerprint

        init(_ places: ManifestPlaces, _ bytes: Int, _ sender: Fingerprint) {
            (self.places, self.bytes, self.sender) = (places, bytes, sender)
        }

        deinit { places.leave(bytes, sender) }
    }

    private struct State {
        var taken: [Fingerprint: Int] = [:]
        var isTidyingDue = false
    }

    /// The allocator keeps what a manifest took, for each thread, when it is more than this.
    private static let large = 2 << 20
    private static let tidyingPause = Duration.seconds(1)

    private let limits: Limits
    private let pool: WorkerPool
    private let state = Mutex(State())

    /// - Parameter pool: where memory is given back to the system.
    init(limits: Limits = Limits(), pool: WorkerPool) {
        self.limits = limits
        self.pool = pool
    }

    /// - Throws: ``TooMuchAtOnce``
    func place(for bytes: Int, of sender: Fingerprint) throws -> any ManifestPlace {
        // Behind the reading of the manifest, or of the message alone.
        tidyLater(bytes)
        let isTaken = state.withLock { state in
            let (own, all) = (state.taken[sender] ?? 0, state.taken.values.reduce(0, +))
            guard own == 0 || own + bytes <= limits.sender, all == 0 || all + bytes <= limits.all else { return false }
            state.taken[sender] = own + bytes
            return true
        }
        guard isTaken else { throw TooMuchAtOnce(kind: .files) }
        return Place(self, bytes, sender)
    }

    private func leave(_ bytes: Int, _ sender: Fingerprint) {
        state.withLock { state in
            let rest = (state.taken[sender] ?? 0) - bytes
            state.taken[sender] = rest > 0 ? rest : nil
        }
        tidyLater(bytes)
    }

    /// Gives back the memory that a large manifest took: the allocator would keep it, for each thread.
    private func tidyLater(_ bytes: Int) {
        guard bytes >= Self.large else { return }
        let isDue = state.withLock { state in
            defer { state.isTidyingDue = true }
            return state.isTidyingDue
        }
        guard !isDue else { return }
        Task {
            try await Task.sleep(for: Self.tidyingPause)
            state.withLock { $0.isTidyingDue = false }
            try await pool.run { Allocator.returnFreedMemory() }
        }
    }
}
