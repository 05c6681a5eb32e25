import Concurrency
import Files
import Protocol
import Synchronization

/// Brings restored files and failures to their end, in groups: sync the files, give them their names, sync the folders, one transaction
/// of the journal. Only then may anybody be told.
///
/// Before a file gets its name it has claimed its SOPInstanceUID in the journal, so that no other file gets there meanwhile.
actor CommitQueue {
    /// An outcome that is to be committed.
    struct Candidate: Sendable {
        let instance: ArrivedInstance
        let ending: Ending
    }

    enum Ending: Sendable {
        case restored(RestoredFile)
        case failed(InstanceFailure)
    }

    /// An outcome that was committed.
    struct Committed: Sendable {
        let result: CommittedOutcome
        let path: String?
        /// With a conflict: the file that was here before.
        var other: String?
        /// Whether its study has come to its end with it.
        var endsStudy = false

        /// The same with the outcome that the journal has, which may be an earlier one.
        fileprivate func entered(as result: CommittedOutcome, endsStudy: Bool) -> Committed {
            Committed(result: result, path: path, other: other, endsStudy: endsStudy)
        }
    }

    /// A candidate, and the different file that is here under its SOPInstanceUID.
    private struct Checked: Sendable {
        let candidate: Candidate
        let other: String?
    }

    private struct Waiting: Sendable {
        let candidate: Candidate
        let continuation: CheckedContinuation<Committed, any Error>
    }

    /// Files of a group at most: each keeps a descriptor open.
    private static let groupCount = 64

    private let publisher: Publisher
    private let spool: Spool
    private let inbox: any InboxStore
    private let pool: WorkerPool
    private let notifier: CompletionNotifier
    private let isTrusted: @Sendable (Fingerprint) -> Bool
    private var waiting: [Waiting] = []
    private let notice = ChangeNotice()
    /// Nothing follows that has not come yet.
    private var isFinished = false
    /// Nothing is committed any more.
    private var isClosed = false

    /// - Parameters:
    ///   - notifier: learns of studies that have come to their end.
    ///   - isTrusted: asked right before anything of a sender is published: its card may have been removed since it sent that.
    init(
        publisher: Publisher, spool: Spool, inbox: any InboxStore, pool: WorkerPool, notifier: CompletionNotifier,
        isTrusted: @escaping @Sendable (_ sender: Fingerprint) -> Bool = { _ in true }
    ) {
        self.publisher = publisher
        self.spool = spool
        self.inbox = inbox
        self.pool = pool
        self.notifier = notifier
        self.isTrusted = isTrusted
    }

    /// Whether an instance's sender is trusted; of others nothing is committed.
    nonisolated func admits(_ instance: ArrivedInstance) -> Bool { isTrusted(instance.sender) }

    /// Returns when the candidate's end is in the journal.
    ///
    /// - Throws: ``ReceivingError``, `FileError` or an error of the journal: nothing was committed then, and it can be tried
    ///   again; `CancellationError` when ``run()`` has ended.
    func commit(_ candidate: Candidate) async throws -> Committed {
        guard !isClosed else { throw CancellationError() }
        return try await withCheckedThrowingContinuation { continuation in
            waiting.append(Waiting(candidate: candidate, continuation: continuation))
            notice.post()
        }
    }

    /// Commits what comes until ``finish()``; returns when everything that came is committed. When its task is cancelled, the group that is
    /// under way is the last one.
    func run() async {
        while await hasWork() {
            let group = Array(waiting.prefix(Self.groupCount))
            waiting.removeFirst(group.count)
            // Files that have a name are to get into the journal.
            await withoutCancellation { await self.commit(self.admitted(group)) }
        }
        isClosed = true
        for waiting in waiting { waiting.continuation.resume(throwing: CancellationError()) }
        waiting = []
    }

    /// Waits for candidates. Returns `false` when none will come.
    private func hasWork() async -> Bool {
        while waiting.isEmpty {
            let seen = notice.count
            guard !isFinished, (try? await notice.change(after: seen)) != nil else { return false }
        }
        return !Task.isCancelled
    }

    /// Nothing follows: ``run()`` returns when what has come is committed.
    func finish() {
        isFinished = true
        notice.post()
    }

    /// Those of a group whose senders are trusted; the others are told that theirs is not.
    private func admitted(_ group: [Waiting]) -> [Waiting] {
        group.filter { waiting in
            if admits(waiting.candidate.instance) { return true }
            waiting.continuation.resume(throwing: ReceivingError.senderNotTrusted)
            return false
        }
    }

    private func commit(_ group: [Waiting]) async {
        do {
            let others = try await inbox.claim(group.map { Self.claim(of: $0.candidate) })
            let checked = zip(group, others).map { Checked(candidate: $0.candidate, other: $1) }
            var named = try await pool.run { [publisher] in Self.publish(checked, publisher) }
            let committed = named.indices.filter { (try? named[$0].get()) != nil }
            let commits = try committed.map { Self.commit(of: group[$0].candidate, try named[$0].get()) }
            let result = try await inbox.commit(commits)
            for (index, outcome) in zip(committed, result.results) {
                let isEnd = result.finished[group[index].candidate.instance.transfer] != nil
                named[index] = named[index].map { $0.entered(as: outcome, endsStudy: isEnd) }
            }
            for (waiting, outcome) in zip(group, named) { waiting.continuation.resume(with: outcome) }
            for transfer in Set(commits.map(\.transfer)) { await spool.tidy(transfer) }
            for transfer in result.finished.keys { await notifier.notify(of: transfer) }
        } catch {
            for waiting in group { waiting.continuation.resume(throwing: error) }
        }
    }

    private static func claim(of candidate: Candidate) -> UIDClaim? {
        guard case .restored(let file) = candidate.ending, let uid = file.sopInstanceUID, !uid.isEmpty else { return nil }
        return UIDClaim(
            transfer: candidate.instance.transfer, position: candidate.instance.position, digest: candidate.instance.digest, uid: uid)
    }

    private static func commit(of candidate: Candidate, _ committed: Committed) -> InstanceCommit {
        var commit = InstanceCommit(
            transfer: candidate.instance.transfer, position: candidate.instance.position, result: committed.result,
            stegoBytes: candidate.instance.stegoBytes, published: committed.path, sopInstanceUID: nil)
        if case .restored(let file) = candidate.ending {
            commit.sopInstanceUID = file.sopInstanceUID
            commit.heading = file.heading
            if committed.other != nil { commit.setAside = .restored(digest: file.digest, exactness: file.exactness) }
        }
        return commit
    }

    // MARK: On a worker thread

    private static func publish(_ checked: [Checked], _ publisher: Publisher) -> [Result<Committed, any Error>] {
        let candidates = checked.map(\.candidate)
        let failures = Mutex<[Int: any Error]>([:])
        ParallelSync.forEach(candidates.count) { index in
            guard case .restored(let file) = candidates[index].ending else { return }
            do {
                try file.file.sync()
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

    private static func name(_ checked: Checked, _ publisher: Publisher, unless failure: (any Error)?) throws -> Committed {
        if let failure { throw failure }
        switch checked.candidate.ending {
        case .failed(let failure):
            return Committed(result: CommittedOutcome(.failed(failure)), path: nil)
        case .restored(let file) where checked.other != nil:
            let path = try publisher.name(file, below: Publisher.conflicts)
            file.unfinished?.remove()
            return Committed(result: CommittedOutcome(.failed(.knownUID)), path: path, other: checked.other)
        case .restored(let file):
            let waits = publisher.wholeStudies ? StagingFolder.path(of: checked.candidate.instance.transfer) : nil
            let path = try publisher.name(file, below: waits)
            file.unfinished?.remove()
            return Committed(result: CommittedOutcome(.restored(digest: file.digest, exactness: file.exactness)), path: path)
        }
    }

    /// A name that is not on the disk is none: whatever folder cannot be synced takes its files' success with it.
    private static func syncFolders(of results: inout [Result<Committed, any Error>], _ candidates: [Candidate]) {
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

extension InstanceFailure {
    fileprivate static let knownUID = InstanceFailure(
        .conflict, "another file with this SOPInstanceUID is at the receiver; this one was set aside there")
}
