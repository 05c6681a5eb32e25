import Concurrency
import Foundation
import GRDB
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// A server that ends, in order and otherwise, and everything with it.
@Suite(.timeLimit(.minutes(1))) struct ReceiverServerTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let commits: CommitQueue
    private let server: ReceiverServer
    private let observer = RecordedEvents()
    private let stop = StopRequest()

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url)
        let pool = WorkerPool(label: "test", width: 1)
        let spool = Spool(folder: try SpoolFolder(state: folder.url), inbox: inbox, pool: pool)
        let publisher = Publisher(folder: folder.path + "/in", layout: .flat)
        let notifier = CompletionNotifier(inbox: inbox, publisher: publisher, pool: pool, observer: observer, forwarder: nil)
        commits = CommitQueue(publisher: publisher, spool: spool, inbox: inbox, pool: pool, notifier: notifier)
        let restorer = Restorer(spool: spool.folder, publisher: publisher, stegoKeeper: nil)
        let reception = Reception(
            clock: ContinuousClock(), inbox: inbox, spool: spool,
            restoring: RestoringService(restorer: restorer, commits: commits, inbox: inbox, pool: pool, observer: observer),
            notifier: notifier, forwarder: nil, disk: DiskGuard(minimumFree: 0, folders: [publisher.root], observer: observer),
            deduplicator: Deduplicator(inbox: inbox, pool: pool, root: publisher.root), pool: pool, keyring: nil, folders: [publisher.root])
        server = ReceiverServer(
            identity: try Identity.create(name: PeerName("Server")), cards: LiveTrust(try TrustStore(home: Home(folder.url))),
            listen: try PeerAddress("127.0.0.1:0"), reception: reception, observer: observer, grace: .zero)
    }

    private var candidate: CommitQueue.Candidate {
        get throws {
            let study = try TestStudy(["a.dcm"])
            let part = study.part(0, durable: 100)
            let instance = ArrivedInstance(
                transfer: study.transfer, studyUID: "2.25.4711", peer: "clinic", sender: study.manifest.sender, position: 0, path: "a.dcm",
                digest: study.manifest.entries[0].digest, byteCount: 5, stegoBytes: 100, stegoDigest: part.digest, location: part.location)
            return CommitQueue.Candidate(instance: instance, ending: .failed(InstanceFailure(.tampered, "no good")))
        }
    }

    private func run() async throws { try await server.run(until: stop, studies: StudyCounter(limit: nil, stop: stop)) }

    /// The queue is the last of the services that work on files: it has ended, so that what comes late does not wait for it.
    private func expectThatEverythingHasEnded() async throws {
        let candidate = try candidate
        await #expect(throws: CancellationError.self) { try await commits.commit(candidate) }
    }

    @Test func aStopEndsEverything() async throws {
        stop.request()
        try await run()
        #expect(observer.all.contains { if case .listening = $0 { true } else { false } })
        try await expectThatEverythingHasEnded()
    }

    @Test func aCancelledServerEndsEverything() async throws {
        let running = Task { try await run() }
        running.cancel()
        _ = await running.result
        try await expectThatEverythingHasEnded()
    }

    /// Where an earlier run's work cannot be taken up, nobody listens afterwards.
    @Test func aServerThatCannotRecoverEndsEverything() async throws {
        try inbox.database.close()
        await #expect(throws: DatabaseError.self) { try await run() }
        #expect(!observer.all.contains { if case .listening = $0 { true } else { false } })
        try await expectThatEverythingHasEnded()
    }
}

@Suite struct StudyCounterTests {
    @Test func stopsAtItsLimit() async {
        let stop = StopRequest()
        let counter = StudyCounter(limit: 2, stop: stop)
        await counter.finishedOne()
        #expect(!stop.isRequested)
        await counter.finishedOne()
        #expect(stop.isRequested)
        #expect(await counter.count == 2)
    }
}
