import Basics
import Concurrency
import Files
import Protocol
import StegoKit
import TestSupport
import Testing

@testable import Receiving

/// A queue that commits failures, which need no files.
@Suite(.timeLimit(.minutes(1))) struct CommitQueueTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let observer = RecordedEvents()
    private let notifier: CompletionNotifier
    private let queue: CommitQueue

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url)
        let pool = WorkerPool(label: "test", width: 1)
        let publisher = Publisher(folder: folder.path + "/in", layout: .flat)
        notifier = CompletionNotifier(inbox: inbox, publisher: publisher, pool: pool, observer: observer, forwarder: nil)
        queue = CommitQueue(
            publisher: publisher, spool: Spool(folder: try SpoolFolder(state: folder.url), inbox: inbox, pool: pool), inbox: inbox,
            pool: pool, notifier: notifier)
    }

    private func opened(_ names: [String]) async throws -> TestStudy {
        let study = try TestStudy(names)
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        return study
    }

    private func candidate(_ study: TestStudy, _ position: Int) -> CommitQueue.Candidate {
        let (entry, part) = (study.manifest.entries[position], study.part(position, durable: 100))
        let instance = ArrivedInstance(
            transfer: study.transfer, studyUID: "2.25.4711", peer: "clinic", sender: study.manifest.sender, position: position,
            path: entry.path, digest: entry.digest, byteCount: Int(entry.byteCount), stegoBytes: 100, stegoDigest: part.digest,
            location: part.location)
        return CommitQueue.Candidate(instance: instance, ending: .failed(InstanceFailure(.tampered, "no good")))
    }

    /// The notifier learns of a study's end from the queue that it was given to.
    @Test func theEndOfAStudyIsReported() async throws {
        let study = try await opened(["a.dcm", "b.dcm"])
        try await withServices([
            Service({ await notifier.run() }, stop: { await notifier.finish() }),
            Service({ await queue.run() }, stop: { await queue.finish() }),
        ]) { () async throws -> Void in
            #expect(try await !queue.commit(candidate(study, 0)).endsStudy)
            #expect(try await queue.commit(candidate(study, 1)).endsStudy)
        }
        #expect(try await inbox.unreported().isEmpty)
        #expect(observer.all.count == 1)
    }

    @Test func whatHasComeIsCommittedBeforeTheEnd() async throws {
        let study = try await opened(["a.dcm"])
        async let committed = queue.commit(candidate(study, 0))
        let running = Task { await queue.run() }
        #expect(try await committed.endsStudy)
        await queue.finish()
        await running.value
        await #expect(throws: CancellationError.self) { try await queue.commit(candidate(study, 0)) }
    }

    /// Nobody waits for a queue that has ended.
    @Test func aCancelledQueueLetsGoOfCandidates() async throws {
        let study = try await opened(["a.dcm"])
        let running = Task { await queue.run() }
        running.cancel()
        await running.value
        await #expect(throws: CancellationError.self) { try await queue.commit(candidate(study, 0)) }
        #expect(try await inbox.instances(of: study.transfer).map(\.state) == [.awaited])
    }
}
