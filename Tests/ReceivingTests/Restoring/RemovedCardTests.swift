import Concurrency
import Foundation
import GRDB
import Protocol
import StegoKit
import Synchronization
import TestSupport
import Testing

@testable import Receiving

/// What a sender had sent when its card was removed: nothing of it is published, and nothing of it is lost.
@Suite(.timeLimit(.minutes(1))) struct RemovedCardTests {
    private struct Refusing: InstanceRestoring {
        let onRestore: @Sendable () -> Void

        func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> Restoration {
            onRestore()
            throw StegoError(.notStego, "for the test")
        }
    }

    private final class Trust: Sendable {
        let isTrusted = Mutex(true)
        let asked = AsyncStream.makeStream(of: Void.self)
    }

    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let study: TestStudy
    private let trust = Trust()

    init() async throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url)
        study = try TestStudy(["a"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        try await inbox.advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
    }

    private func service(onRestore: @escaping @Sendable () -> Void = {}) throws -> RestoringService {
        let pool = WorkerPool(label: "test", width: 1)
        let commits = CommitQueue(
            publisher: Publisher(folder: folder.path + "/in", layout: .flat),
            spool: Spool(folder: try SpoolFolder(state: folder.url), inbox: inbox, pool: pool), inbox: inbox, pool: pool
        ) { [trust, sender = study.manifest.sender] asked in
            #expect(asked == sender)
            defer { trust.asked.continuation.yield() }
            return trust.isTrusted.withLock { $0 }
        }
        return RestoringService(
            restorer: Refusing(onRestore: onRestore), commits: commits, inbox: inbox, pool: pool, observer: RecordedEvents())
    }

    private var state: InstanceState? {
        get async throws { try await inbox.instances(of: study.transfer).first?.state }
    }

    /// Hands everything to the service; returns when it has asked for the sender `times`, with the news of what is committed.
    private func restore(_ service: RestoringService, untilAsked times: Int) async throws -> AsyncStream<RestoringService.News> {
        let (news, next) = AsyncStream.makeStream(of: RestoringService.News.self)
        await service.listen(to: study.transfer) { next.yield($0) }
        for (instance, key) in try await inbox.unrestored() {
            await service.set(try StudyKey(bytes: key), of: instance.transfer)
            await service.restore(instance)
        }
        var asked = trust.asked.stream.makeAsyncIterator()
        for _ in 0..<times { _ = await asked.next() }
        return news
    }

    @Test func waitsUntilTheCardIsTrustedAgain() async throws {
        let isRestored = Mutex(false)
        let service = try service { isRestored.withLock { $0 = true } }
        let running = Task { await service.run() }
        trust.isTrusted.withLock { $0 = false }
        let news = try await restore(service, untilAsked: 1)
        #expect(try await state == .arrived)
        #expect(!isRestored.withLock { $0 })
        trust.isTrusted.withLock { $0 = true }
        await service.resume()
        for await case .committed in news { break }
        #expect(try await state == .failed)
        await service.stop()
        await running.value
    }

    /// It was being restored when the card was removed.
    @Test func whatIsAtWorkIsNotSettled() async throws {
        let service = try service { [trust] in trust.isTrusted.withLock { $0 = false } }
        let running = Task { await service.run() }
        // Before the work and after it.
        let news = try await restore(service, untilAsked: 2)
        #expect(try await state == .arrived)
        let again = try self.service()
        let runningAgain = Task { await again.run() }
        trust.isTrusted.withLock { $0 = true }
        let later = try await restore(again, untilAsked: 2)
        for await case .committed in later { break }
        #expect(try await state == .failed)
        withExtendedLifetime(news) {}
        for service in [service, again] { await service.stop() }
        await running.value
        await runningAgain.value
    }
}
