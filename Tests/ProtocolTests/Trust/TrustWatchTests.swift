import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Protocol

/// What relies on a card ends when the card is removed, and only then.
@Suite(.timeLimit(.minutes(1))) struct TrustWatchTests {
    private let home: TemporaryHome
    private let trust: TrustStore
    private let watch: TrustWatch

    init() throws {
        home = try TemporaryHome()
        trust = try home.trust(People.clinic, People.radiologist)
        watch = TrustWatch(trust)
    }

    /// A session of the clinic that goes on until it is cancelled; the stream says that it has begun.
    private func session(onRemoval: @escaping @Sendable () async -> Void = {}) -> (Task<Int, any Error>, AsyncStream<Void>) {
        let (begun, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [watch] in
            try await watch.whileTrusted(People.clinic.certificateDER, onRemoval: onRemoval) {
                signal.finish()
                try await Task.sleep(for: .seconds(3_600))
                return 1
            }
        }
        return (task, begun)
    }

    @Test func aRemovedCardEndsItsSession() async throws {
        let isTold = Mutex(false)
        let (session, begun) = session { isTold.withLock { $0 = true } }
        for await _ in begun {}
        try trust.forget(PeerName("Rural Clinic"))
        watch.look()
        await #expect(throws: CardRemoved.self) { try await session.value }
        #expect(isTold.withLock { $0 })
    }

    @Test func nothingBeginsWithoutACard() async throws {
        try trust.forget(PeerName("Rural Clinic"))
        let (session, _) = session()
        await #expect(throws: CardRemoved.self) { try await session.value }
    }

    @Test func othersGoOn() async throws {
        let (session, begun) = session()
        for await _ in begun {}
        try trust.forget(PeerName("radiologist.example.org"))
        watch.look()
        try trust.trust(People.stranger.card())
        watch.look()
        session.cancel()
        await #expect(throws: CancellationError.self) { try await session.value }
    }

    @Test func whatTheSessionSaysPassesThrough() async throws {
        struct Broken: Error {}
        #expect(try await watch.whileTrusted(People.clinic.certificateDER) { 5 } == 5)
        await #expect(throws: Broken.self) { try await watch.whileTrusted(People.clinic.certificateDER) { throw Broken() } }
        // What breaks because the card was removed is told as that.
        await #expect(throws: CardRemoved.self) {
            try await watch.whileTrusted(People.clinic.certificateDER) { [trust] in
                try trust.forget(PeerName("Rural Clinic"))
                throw Broken()
            }
        }
    }

    /// A card that cannot be read was not removed.
    @Test func anUnreadableCardEndsNothing() async throws {
        let (session, begun) = session()
        for await _ in begun {}
        try Data("-----BEGIN VEILRAY CARD-----".utf8).write(to: home.home.trusted.appending(path: "Rural%20Clinic.card"))
        expect(.cardTruncated) { try trust.reload() }
        watch.look()
        #expect(trust.isTrusted(certificateDER: People.clinic.certificateDER))
        try FileManager.default.removeItem(at: home.home.trusted.appending(path: "Rural%20Clinic.card"))
        try trust.reload()
        watch.look()
        await #expect(throws: CardRemoved.self) { try await session.value }
    }

    /// Another process removes the file; it is noticed at the next look, two seconds later.
    @Test func looksEveryTwoSeconds() async throws {
        let clock = ManualClock()
        let looking = Task { [watch, trust] in try await watch.keepLooking(clock: clock) { try trust.reloadIfChanged() } }
        let (session, begun) = session()
        for await _ in begun {}
        await clock.sleeper(for: .seconds(2))
        #expect(clock.alarms == [.seconds(2)])
        try FileManager.default.removeItem(at: home.home.trusted.appending(path: "Rural%20Clinic.card"))
        clock.advance(by: .seconds(2))
        await #expect(throws: CardRemoved.self) { try await session.value }
        looking.cancel()
        await #expect(throws: CancellationError.self) { try await looking.value }
    }

    @Test func changesAreToldOnceEach() async throws {
        let (counts, signal) = AsyncStream.makeStream(of: Void.self)
        let following = Task { [watch] in try await watch.forEachChange { signal.yield() } }
        var iterator = counts.makeAsyncIterator()
        _ = await iterator.next()
        watch.look()
        try trust.forget(PeerName("Rural Clinic"))
        watch.look()
        _ = await iterator.next()
        following.cancel()
        await #expect(throws: CancellationError.self) { try await following.value }
        signal.finish()
        #expect(await iterator.next() == nil, "a look that finds nothing new is no change")
    }
}
