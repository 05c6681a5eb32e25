import CommandLineSupport
import Crypto
import Protocol
import StegoKit

/// Serves one sender from its greeting to its goodbye.
struct SessionHandler: Sendable {
    let session: ReceiverSession
    let restorer: Restorer
    let pool: WorkerPool
    let slots: WorkSlots
    let keyring: Keyring?
    let reporter: ReceiverReporter
    let studies: StudyCounter

    private var peer: String { session.agreement.peer.name.text }

    /// Returns when the sender has said goodbye, or when it has no study open and the receiver is to stop.
    func run(until stop: StopRequest) async throws {
        while let event = try await stop.first(orElse: { try await session.nextEvent() }) {
            guard case .studyOpened(let manifest) = event else { continue }
            try await receiveStudy(manifest)
        }
        await session.end()
    }

    private func receiveStudy(_ manifest: Manifest) async throws {
        try await session.admit()
        try await withThrowingDiscardingTaskGroup { group in
            try await receiveInstances(of: manifest, &group)
        }
        let tally = try await session.completeStudy().tally
        reporter.report(
            ReceiverReport.Study(
                study: manifest.studyUID.text, peer: peer, restored: tally.restored, failed: tally.failed, withdrawn: tally.withdrawn))
        await studies.finishedOne()
    }

    /// Takes the instances as they come and has each restored while the next arrives.
    private func receiveInstances(of manifest: Manifest, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        var arriving: [UInt8] = []
        var key: StudyKey?
        // What arrived before the key; no more than the first flight holds.
        var locked: [(stego: [UInt8], index: Int)] = []
        while let event = try await session.nextEvent() {
            switch event {
            case .studyOpened: throw ProtocolError(.protocolViolation, "the sender opened a study inside of another")
            case .studyKey(let sessionKey):
                let studyKey = try await keep(sessionKey, of: manifest)
                key = studyKey
                for (stego, index) in locked { await restore(stego, index, manifest, studyKey, in: &group) }
                locked = []
            case .instanceBegan(let header):
                arriving = []
                // Not all at once: the announced size is only a claim.
                arriving.reserveCapacity(Int(min(header.byteCount, 16 << 20)))
            case .chunk(_, _, let bytes):
                arriving += bytes
                try await session.grant(bytes: bytes.count)
            case .instanceArrived(let index):
                if let key {
                    await restore(arriving, index, manifest, key, in: &group)
                } else {
                    locked.append((arriving, index))
                }
                arriving = []
            case .instanceDamaged(let index):
                arriving = []
                try await acknowledgeDamage(index, manifest)
            case .instanceWithdrawn(let index, let reason):
                arriving = []
                report(.withdrawn, index, manifest, reason: reason)
            case .studySent:
                return
            }
        }
        throw ProtocolError(.cut, "the sender left in the middle of a study")
    }

    private func keep(_ key: SymmetricKey, of manifest: Manifest) async throws -> StudyKey {
        if let keyring { try await pool.run { try keyring.store(key, for: manifest.studyUID) } }
        return try StudyKey(bytes: key.withUnsafeBytes { Array($0) })
    }

    /// Restores beside what else goes on, as soon as there is a place.
    private func restore(
        _ stego: [UInt8], _ index: Int, _ manifest: Manifest, _ key: StudyKey, in group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async {
        await slots.take()
        group.addTask { try await restore(stego, index, manifest, key) }
    }

    private func restore(_ stego: [UInt8], _ index: Int, _ manifest: Manifest, _ key: StudyKey) async throws {
        let entry = manifest.entries[index]
        let result: Restorer.Result
        do {
            result = try await pool.run { [restorer, peer] in
                restorer.restore(stego, entry, key: key, study: manifest.studyUID.text, peer: peer)
            }
        } catch {
            await slots.giveBack()
            throw error
        }
        await slots.giveBack()
        // First: it has happened, whether the sender can still be told of it or not.
        reporter.report(result.report)
        try await session.acknowledge(index, result.outcome)
    }

    private func acknowledgeDamage(_ index: Int, _ manifest: Manifest) async throws {
        let reason = "the stego file arrived with other bytes than were announced"
        report(.failed, index, manifest, reason: reason)
        try await session.acknowledge(index, .failed(InstanceFailure(.damagedOnTheWay, reason)))
    }

    private func report(_ status: ReceiverReport.Instance.Status, _ index: Int, _ manifest: Manifest, reason: String) {
        reporter.report(
            ReceiverReport.Instance(
                name: manifest.entries[index].path, status: status, study: manifest.studyUID.text, peer: peer, reason: reason))
    }
}
