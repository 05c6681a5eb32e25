import Basics
import Protocol
import Synchronization

/// Sees to it that one session at a time receives a study.
///
/// A sender whose link was cut comes again before this side has noticed: the session that it gave up has to yield. It yields to the same study
/// only, by the same sender: whoever else comes under the transfer's name is turned away, and disturbs nobody.
actor StudyClaims {
    private struct Holder {
        let number: Int
        /// Covers the sender as well.
        let manifest: ContentDigest
        let yield: @Sendable () async -> Void
        var isAsked = false
    }

    private var holders: [TransferID: Holder] = [:]
    /// The same transfers, for those who cannot wait.
    private nonisolated let held = Mutex<Set<TransferID>>([])
    private var waiting: [TransferID: [CheckedContinuation<Void, Never>]] = [:]
    private var count = 0

    /// Waits until nobody else holds the study, after asking whoever does to yield.
    ///
    /// - Parameter yield: asks the new holder, later, to come to its end.
    /// - Returns: what ``release(_:_:)`` takes.
    /// - Throws: ``TransferConflict`` when another manifest is being received under this transfer's name.
    func claim(
        _ transfer: TransferID, manifest: ContentDigest, yield: @escaping @Sendable () async -> Void
    ) async throws(TransferConflict) -> Int {
        while let holder = holders[transfer] {
            guard holder.manifest == manifest else { throw TransferConflict() }
            if !holder.isAsked {
                holders[transfer]?.isAsked = true
                Task { await holder.yield() }
            }
            await withCheckedContinuation { waiting[transfer, default: []].append($0) }
        }
        count += 1
        holders[transfer] = Holder(number: count, manifest: manifest, yield: yield)
        held.withLock { _ = $0.insert(transfer) }
        return count
    }

    /// Whether a session receives a study now.
    nonisolated func isHeld(_ transfer: TransferID) -> Bool { held.withLock { $0.contains(transfer) } }

    func release(_ transfer: TransferID, _ number: Int) {
        guard holders[transfer]?.number == number else { return }
        holders[transfer] = nil
        held.withLock { _ = $0.remove(transfer) }
        for continuation in waiting.removeValue(forKey: transfer) ?? [] { continuation.resume() }
    }
}
