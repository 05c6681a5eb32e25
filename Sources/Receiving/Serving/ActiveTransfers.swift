import Basics
import Concurrency
import Protocol
import Synchronization

/// Sees to it that one session at a time receives a study.
///
/// A sender whose link was cut comes again before this side has noticed: the session that it gave up has to yield. It yields to the same study
/// only, by the same sender: whoever else comes under the transfer's name is turned away, and disturbs nobody.
actor ActiveTransfers {
    /// The right of one session to receive a study.
    struct Place: Sendable {
        fileprivate let number: Int
        /// Requested when the sender has come again: whoever has the place is to give it back.
        let takeover = StopRequest()
    }

    private struct Holder {
        let place: Place
        /// Covers the sender as well.
        let manifest: ContentDigest
    }

    private var holders: [TransferID: Holder] = [:]
    /// The same transfers, for those who cannot wait.
    private nonisolated let held = Mutex<Set<TransferID>>([])
    private var waiting: [TransferID: [CheckedContinuation<Void, Never>]] = [:]
    private var count = 0

    /// Waits until no other session has the study, after asking for its place.
    ///
    /// - Returns: the place, for ``leave(_:_:)``.
    /// - Throws: ``ReceivingError`` `.transferConflict` when another manifest is being received under this transfer's name.
    func enter(_ transfer: TransferID, manifest: ContentDigest) async throws(ReceivingError) -> Place {
        while let holder = holders[transfer] {
            guard holder.manifest == manifest else { throw .transferConflict }
            holder.place.takeover.request()
            await withCheckedContinuation { waiting[transfer, default: []].append($0) }
        }
        count += 1
        let place = Place(number: count)
        holders[transfer] = Holder(place: place, manifest: manifest)
        held.withLock { _ = $0.insert(transfer) }
        return place
    }

    /// Whether a session receives a study now.
    nonisolated func isHeld(_ transfer: TransferID) -> Bool { held.withLock { $0.contains(transfer) } }

    func leave(_ transfer: TransferID, _ place: Place) {
        guard holders[transfer]?.place.number == place.number else { return }
        holders[transfer] = nil
        held.withLock { _ = $0.remove(transfer) }
        for continuation in waiting.removeValue(forKey: transfer) ?? [] { continuation.resume() }
    }
}
