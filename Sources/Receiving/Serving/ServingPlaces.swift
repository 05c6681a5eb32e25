import Basics
import Concurrency
import Operations
import Protocol
import Synchronization

/// Keeps any one sender from taking all of the receiver's connections.
final class SessionPlaces: Sendable {
    /// Sessions of one sender at a time: four routine studies, a dozen urgent ones.
    static let perSender = 16

    private let limit: Int
    /// By the certificate that TLS has shown.
    private let taken = Mutex<[[UInt8]: Int]>([:])

    init(limit: Int = SessionPlaces.perSender) {
        self.limit = limit
    }

    /// Takes a place, if the sender has one left; ``leave(_:)`` gives it back.
    func enter(_ certificateDER: [UInt8]) -> Bool {
        taken.withLock { taken in
            guard taken[certificateDER, default: 0] < limit else { return false }
            taken[certificateDER, default: 0] += 1
            return true
        }
    }

    func leave(_ certificateDER: [UInt8]) {
        taken.withLock { taken in
            let rest = taken[certificateDER, default: 1] - 1
            taken[certificateDER] = rest > 0 ? rest : nil
        }
    }
}

/// Bounds the memory that the manifests of studies take that are being received, from before they are decoded until their study ends.
final class ManifestPlaces: ManifestRoom {
    /// Of one sender, and of all, in bytes. A single study may take what the protocol allows.
    struct Limits: Sendable {
        /// Twice 100 000 files with names of 60 bytes: a sender whose link was cut comes again before its session is given up.
        var sender = 96 << 20
        var all = 192 << 20
    }

    /// The place of one manifest.
    private final class Place: ManifestPlace {
        private let places: ManifestPlaces
        private let bytes: Int
        private let sender: Fingerprint

        init(_ places: ManifestPlaces, _ bytes: Int, _ sender: Fingerprint) {
            (self.places, self.bytes, self.sender) = (places, bytes, sender)
        }

        deinit { places.leave(bytes, sender) }
    }

    /// The allocator keeps what a manifest took, for each thread, when it is more than this.
    private static let large = 2 << 20
    private static let tidyingPause = Duration.seconds(1)

    private let limits: Limits
    private let taken = Mutex<[Fingerprint: Int]>([:])
    private let tidying = ChangeNotice()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// - Throws: ``ReceivingError`` `.tooManyFiles`
    func place(for bytes: Int, of sender: Fingerprint) throws -> any ManifestPlace {
        // Behind the reading of the manifest, or of the message alone.
        tidyLater(bytes)
        let isTaken = taken.withLock { taken in
            let (own, all) = (taken[sender] ?? 0, taken.values.reduce(0, +))
            guard own == 0 || own + bytes <= limits.sender, all == 0 || all + bytes <= limits.all else { return false }
            taken[sender] = own + bytes
            return true
        }
        guard isTaken else { throw ReceivingError.tooManyFiles }
        return Place(self, bytes, sender)
    }

    private func leave(_ bytes: Int, _ sender: Fingerprint) {
        taken.withLock { taken in
            let rest = (taken[sender] ?? 0) - bytes
            taken[sender] = rest > 0 ? rest : nil
        }
        tidyLater(bytes)
    }

    /// Has the memory given back that a large manifest took: the allocator would keep it, for each thread.
    private func tidyLater(_ bytes: Int) {
        if bytes >= Self.large { tidying.post() }
    }

    /// Gives memory back a moment after large manifests came and went, until its task is cancelled.
    ///
    /// - Parameter pool: where memory is given back to the system.
    /// - Throws: `CancellationError`.
    func keepTidying(on pool: WorkerPool, clock: any MonotonicClock = ContinuousClock()) async throws {
        var seen = 0
        while true {
            try await tidying.change(after: seen)
            try await clock.sleep(for: Self.tidyingPause)
            // Of all that came meanwhile, too.
            seen = tidying.count
            // Where there is no room for a thread, the next time does it.
            try? await pool.run { Allocator.returnFreedMemory() }
        }
    }
}
