import Concurrency
import Foundation
import Protocol
import StegoKit
import Synchronization
import TestSupport
import Testing

@testable import Receiving

/// Senders whose files take for ever, and one whose files do not.
@Suite(.timeLimit(.minutes(1))) struct FairRestoringTests {
    /// Blocks at the files of one sender until it is released; finds every file unfit in the end.
    private final class Blocking: InstanceRestoring {
        private let state = Mutex((isOpen: false, blocked: 0))

        var blocked: Int { state.withLock { $0.blocked } }

        func release() { state.withLock { $0.isOpen = true } }

        func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> Restoration {
            if instance.peer == "bombs" {
                state.withLock { $0.blocked += 1 }
                while state.withLock({ !$0.isOpen }) { usleep(1_000) }
            }
            throw StegoError(.notStego, "for the test")
        }
    }

    /// Whatever one sender's files take, another's are restored meanwhile: two of one sender are at work, as many as there are places, and
    /// stay so; all of the other's files come to their end all the same.
    @Test func oneSendersBombsDoNotHoldUpAnothersFiles() async throws {
        let folder = try TemporaryFolder()
        let inbox = try SQLiteInbox(state: folder.url)
        let pool = WorkerPool(label: "test", width: 2)
        let spool = Spool(folder: try SpoolFolder(state: folder.url), inbox: inbox, pool: pool)
        let publisher = Publisher(folder: folder.path + "/in", layout: .flat)
        let blocking = Blocking()
        let service = RestoringService(
            restorer: blocking, commits: CommitQueue(publisher: publisher, spool: spool, inbox: inbox, pool: pool), inbox: inbox,
            pool: pool, observer: RecordedEvents())
        let running = Task { await service.run() }

        let bombs = try TestStudy((0..<20).map { "bomb \($0)" })
        try await arrive(bombs, "bombs", inbox, service)
        while blocking.blocked < 2 { try await Task.sleep(for: .milliseconds(5)) }

        let clinic = try TestStudy((0..<10).map { "image \($0)" })
        let (stream, next) = AsyncStream.makeStream(of: RestoringService.News.self)
        await service.listen(to: clinic.transfer) { next.yield($0) }
        try await arrive(clinic, "clinic", inbox, service)
        var committed = 0
        for await case .committed in stream {
            committed += 1
            if committed == 10 { break }
        }
        #expect(committed == 10)
        #expect(blocking.blocked == 2, "one sender has no more than the places there are")
        blocking.release()
        await service.stop()
        await running.value
    }

    private func arrive(_ study: TestStudy, _ peer: String, _ inbox: SQLiteInbox, _ service: RestoringService) async throws {
        _ = try await inbox.open(study.manifest, peer: peer, key: study.key)
        let parts = study.manifest.entries.indices.map { ($0, study.part($0, durable: 100, start: 100 * $0), true) }
        try await inbox.advance(parts, of: study.transfer)
        await service.set(try StudyKey(bytes: study.key), of: study.transfer)
        for (position, entry) in study.manifest.entries.enumerated() {
            let part = study.part(position, durable: 100, start: 100 * position)
            await service.restore(
                ArrivedInstance(
                    transfer: study.transfer, studyUID: study.manifest.studyUID.text, peer: peer, sender: study.manifest.sender,
                    position: position, path: entry.path, digest: entry.digest, byteCount: 100, stegoBytes: 100, stegoDigest: part.digest,
                    location: part.location))
        }
    }
}
