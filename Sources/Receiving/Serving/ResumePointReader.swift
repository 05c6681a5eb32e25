import Basics
import Concurrency
import Crypto
import Files
import Protocol

/// Says what is here of a study that is opened again.
struct ResumePointReader: Sendable {
    let transfer: TransferID
    let reception: Reception

    struct ResumePoint: Sendable {
        var admission = StudyAdmission.fresh
        /// Instances that have come to their end, with the outcomes that their receipts tell.
        var committed: [(Int, CommittedOutcome)] = []
        /// Instances that are here as a whole.
        var arrived: [StudySpool.Arrived] = []
        /// The parts that were offered for going on with.
        var parts: [Int: InstanceRecord.StegoPart] = [:]
    }

    /// Reads the parts again and hashes them: what is not there in full does not count.
    func read(_ records: [InstanceRecord]) async throws -> ResumePoint {
        var resumePoint = ResumePoint()
        let ends = Self.ends(of: records)
        for record in records {
            if let outcome = record.outcome {
                resumePoint.committed.append((record.position, outcome))
                resumePoint.admission.complete.insert(record.position)
            } else if let part = record.stego {
                if record.state == .arrived {
                    try await addArrived(part, at: record.position, to: &resumePoint)
                } else if ends[part.location.segment] == part.location.start {
                    try await add(part, at: record.position, to: &resumePoint)
                }
            }
        }
        return resumePoint
    }

    /// Where the last open instance of each segment begins: only behind that one is there room to go on.
    private static func ends(of records: [InstanceRecord]) -> [Int: Int] {
        var ends: [Int: Int] = [:]
        for location in records.compactMap(\.stego?.location) {
            ends[location.segment] = max(ends[location.segment] ?? 0, location.start)
        }
        return ends
    }

    private static func add(_ part: InstanceRecord.StegoPart, at position: Int, to resumePoint: inout ResumePoint) {
        resumePoint.arrived.append(StudySpool.Arrived(position: position, part: part))
        resumePoint.admission.complete.insert(position)
    }

    /// Bytes that the spool has lost have to come again: the sender would wait for their receipt for ever.
    private func addArrived(_ part: InstanceRecord.StegoPart, at position: Int, to resumePoint: inout ResumePoint) async throws {
        let isThere = try await reception.pool.run { [reception, transfer] in
            try reception.spool.folder.holds(part.location, part.byteCount, of: transfer)
        }
        guard !isThere else { return Self.add(part, at: position, to: &resumePoint) }
        if try await !reception.inbox.reset(position, of: transfer, at: part.location) {
            // It was committed since the journal was read, and its receipt is under way.
            resumePoint.admission.complete.insert(position)
        }
    }

    private func hash(of part: InstanceRecord.StegoPart) async throws -> SHA256? {
        try await reception.pool.run { [reception, transfer] in try reception.spool.folder.hash(part, of: transfer) }
    }

    private func add(_ part: InstanceRecord.StegoPart, at position: Int, to resumePoint: inout ResumePoint) async throws {
        guard part.durable > 0, let hash = try await hash(of: part) else { return }
        guard part.durable == part.byteCount else {
            resumePoint.parts[position] = part
            resumePoint.admission.partial[position] = StudyAdmission.Part(
                receivedBytes: UInt64(part.durable), digest: part.digest, hash: hash)
            return
        }
        // The session ended between the last byte and the verdict on it.
        if ContentDigest(hash.finalize()) == part.digest {
            try await reception.inbox.advance([(position, part, true)], of: transfer)
            Self.add(part, at: position, to: &resumePoint)
        }
    }
}

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
