import Concurrency
import Files
import Protocol
import Synchronization

/// Brings restored files and failures to their end, in groups: sync the files, give them their names, sync the folders, one transaction
/// of the journal. Only then may anybody be told.
///
/// Before a file gets its name it has claimed its SOPInstanceUID in the journal, so that no other file gets there meanwhile.
actor SettlingQueue {
    /// What is to be settled.
    struct Candidate: Sendable {
        let instance: ArrivedInstance
        let ending: Ending
    }

    enum Ending: Sendable {
        case restored(RestoredFile)
        case failed(InstanceFailure)
    }

    /// What was settled.
    struct Settled: Sendable {
        let result: SettledOutcome
        let path: String?
        /// With a conflict: the file that was here before.
        var other: String?

        /// The same with what the journal says of it, which may be older.
        fileprivate func standing(as result: SettledOutcome) -> Settled { Settled(result: result, path: path, other: other) }
    }

    /// A candidate, and the different file that is here under its SOPInstanceUID.
    private struct Checked: Sendable {
        let candidate: Candidate
        let other: String?
    }

    private struct Waiting: Sendable {
        let candidate: Candidate
        let continuation: CheckedContinuation<Settled, any Error>
    }

    /// Files of a group at most: each keeps a descriptor open.
    private static let groupCount = 64

    private let publisher: Publisher
    private let spool: Spool
    private let inbox: any InboxStore
    private let pool: WorkerPool
    private let isTrusted: @Sendable (Fingerprint) -> Bool
    private var onFinished: @Sendable ([TransferID: StudyState]) async -> Void = { _ in }
    private var waiting: [Waiting] = []
    private var work: Task<Void, Never>?

    /// - Parameter isTrusted: asked right before anything of a sender is published: its card may have been removed since it sent that.
    init(
        publisher: Publisher, spool: Spool, inbox: any InboxStore, pool: WorkerPool,
        isTrusted: @escaping @Sendable (_ sender: Fingerprint) -> Bool = { _ in true }
    ) {
        self.publisher = publisher
        self.spool = spool
        self.inbox = inbox
        self.pool = pool
        self.isTrusted = isTrusted
    }

    /// Whether an instance's sender is trusted; of others nothing is settled.
    nonisolated func admits(_ instance: ArrivedInstance) -> Bool { isTrusted(instance.sender) }

    /// - Parameter tell: told which studies have come to their end; before anything is settled.
    func whenFinished(_ tell: @escaping @Sendable ([TransferID: StudyState]) async -> Void) {
        onFinished = tell
    }

    /// Returns when the candidate's end is in the journal.
    ///
    /// - Throws: ``SenderNotTrusted``, ``FolderAway``, ``FileError`` or a database's error: nothing was settled then, and it can be tried again.
    func settle(_ candidate: Candidate) async throws -> Settled {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(Waiting(candidate: candidate, continuation: continuation))
            if work == nil { work = Task { await settleAll() } }
        }
    }

    /// Returns when nothing is left to settle, and what comes after settling is done, too.
    func drain() async {
        await work?.value
    }

    private func settleAll() async {
        while !waiting.isEmpty {
            let group = Array(waiting.prefix(Self.groupCount))
            waiting.removeFirst(group.count)
            await settle(admitted(group))
        }
        work = nil
    }

    /// Those of a group whose senders are trusted; the others are told that theirs is not.
    private func admitted(_ group: [Waiting]) -> [Waiting] {
        group.filter { waiting in
            if admits(waiting.candidate.instance) { return true }
            waiting.continuation.resume(throwing: SenderNotTrusted())
            return false
        }
    }

    private func settle(_ group: [Waiting]) async {
        do {
            let others = try await inbox.claim(group.map { Self.claim(of: $0.candidate) })
            let checked = zip(group, others).map { Checked(candidate: $0.candidate, other: $1) }
            var named = try await pool.run { [publisher] in Self.publish(checked, publisher) }
            let settled = named.indices.filter { (try? named[$0].get()) != nil }
            let settlements = try settled.map { Self.settlement(of: group[$0].candidate, try named[$0].get()) }
            let entered = try await inbox.enter(settlements)
            for (index, result) in zip(settled, entered.results) { named[index] = named[index].map { $0.standing(as: result) } }
            for (waiting, outcome) in zip(group, named) { waiting.continuation.resume(with: outcome) }
            for transfer in Set(settlements.map(\.transfer)) { await spool.tidy(transfer) }
            if !entered.finished.isEmpty { await onFinished(entered.finished) }
        } catch {
            for waiting in group { waiting.continuation.resume(throwing: error) }
        }
    }

    private static func claim(of candidate: Candidate) -> UIDClaim? {
        guard case .restored(let file) = candidate.ending, let uid = file.sopInstanceUID, !uid.isEmpty else { return nil }
        return UIDClaim(
            transfer: candidate.instance.transfer, position: candidate.instance.position, digest: candidate.instance.digest, uid: uid)
    }

    private static func settlement(of candidate: Candidate, _ settled: Settled) -> Settlement {
        var settlement = Settlement(
            transfer: candidate.instance.transfer, position: candidate.instance.position, result: settled.result,
            stegoBytes: candidate.instance.stegoBytes, published: settled.path, sopInstanceUID: nil)
        if case .restored(let file) = candidate.ending {
            settlement.sopInstanceUID = file.sopInstanceUID
            settlement.heading = file.heading
            if settled.other != nil { settlement.setAside = .restored(digest: file.digest, exactness: file.exactness) }
        }
        return settlement
    }

    // MARK: On a worker thread

    private static func publish(_ checked: [Checked], _ publisher: Publisher) -> [Result<Settled, any Error>] {
        let candidates = checked.map(\.candidate)
        let failures = Mutex<[Int: any Error]>([:])
        ParallelSync.forEach(candidates.count) { index in
            guard case .restored(let file) = candidates[index].ending else { return }
            do {
                try file.file.sync(for: file.relativePath)
            } catch {
                failures.withLock { $0[index] = error }
            }
        }
        let unsynced = failures.withLock { $0 }
        var results = candidates.indices.map { index in
            Result { try name(checked[index], publisher, unless: unsynced[index]) }
        }
        syncFolders(of: &results, candidates)
        return results
    }

    private static func name(_ checked: Checked, _ publisher: Publisher, unless failure: (any Error)?) throws -> Settled {
        if let failure { throw failure }
        switch checked.candidate.ending {
        case .failed(let failure):
            return Settled(result: SettledOutcome(.failed(failure)), path: nil)
        case .restored(let file) where checked.other != nil:
            let path = try publisher.name(file, below: Publisher.conflicts)
            return Settled(result: SettledOutcome(.failed(.knownUID)), path: path, other: checked.other)
        case .restored(let file):
            let waits = publisher.wholeStudies ? StagingFolder.path(of: checked.candidate.instance.transfer) : nil
            let path = try publisher.name(file, below: waits)
            return Settled(result: SettledOutcome(.restored(digest: file.digest, exactness: file.exactness)), path: path)
        }
    }

    /// A name that is not on the disk is none: whatever folder cannot be synced takes its files' success with it.
    private static func syncFolders(of results: inout [Result<Settled, any Error>], _ candidates: [Candidate]) {
        var indices: [String: [Int]] = [:]
        var roots: [String: [OpenFolder]] = [:]
        for (index, result) in results.enumerated() {
            guard let path = try? result.get().path, case .restored(let file) = candidates[index].ending else { continue }
            let folder = AtomicFile.parent(of: path)
            indices[folder, default: []].append(index)
            // One of all, unless the file system went and came back within the group.
            if roots[folder]?.contains(where: { $0 === file.file.folder }) != true { roots[folder, default: []].append(file.file.folder) }
        }
        for (folder, members) in indices {
            do {
                for root in roots[folder] ?? [] { try root.reach(folder) { try AtomicFile.sync($0) } }
            } catch {
                for index in members { results[index] = .failure(error) }
            }
        }
    }
}

/// The card of an instance's sender was removed before the instance came to its end. It stays in the spool.
struct SenderNotTrusted: Error {}

extension InstanceFailure {
    fileprivate static let knownUID = InstanceFailure(
        .conflict, "another file with this SOPInstanceUID is at the receiver; this one was set aside there")
}
