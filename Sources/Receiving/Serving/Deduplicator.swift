import Concurrency
import Files
import Protocol

/// Recognises what its sender has delivered before, in another transfer: it need not come again.
///
/// Only while the file is where it was published, and unchanged. One that was moved away comes again when it is sent again: whoever
/// sends it wants it to be here. One that waits for the rest of its own study is not published: nobody can see it, and it is moved
/// when that study ends, which may be never.
struct Deduplicator: Sendable {
    let inbox: any InboxStore
    let pool: WorkerPool
    /// Of restored files; what is elsewhere does not count.
    let root: GuardedFolder

    struct Recognised: Sendable {
        var instances: [KnownInstance] = []
        var finished: [TransferID: StudyState] = [:]
    }

    /// Commits the instances of a study that are known.
    func commitKnown(of transfer: TransferID) async throws -> Recognised {
        let known = try await inbox.knownInstances(of: transfer).filter { isPublished($0.path) }
        guard !known.isEmpty else { return Recognised() }
        let there = try await pool.run { [root] in
            // Whatever lies in its place while it is away is not what was delivered.
            guard let folder = try? root.open() else { return [KnownInstance]() }
            return try known.filter { known in try folder.reach(known.path) { FileDigest.of($0) } == known.digest }
        }
        guard !there.isEmpty else { return Recognised() }
        let result = try await inbox.commit(
            there.map {
                InstanceCommit(
                    transfer: transfer, position: $0.position, result: CommittedOutcome($0.outcome), stegoBytes: nil, published: $0.path,
                    sopInstanceUID: $0.sopInstanceUID, heading: $0.heading)
            })
        return Recognised(instances: there, finished: result.finished)
    }

    private func isPublished(_ path: String) -> Bool {
        path.hasPrefix(root.path + "/") && !path.hasPrefix("\(root.path)/\(StagingFolder.name)/")
    }
}
