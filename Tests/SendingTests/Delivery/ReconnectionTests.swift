import Basics
import Concurrency
import Foundation
import Protocol
import SeededRandomness
import Synchronization
import TestSupport
import Testing

@testable import Sending

@Suite struct ReconnectionTests {
    private struct Cut: Error {}

    @Test func backoffGrowsToAMinuteAndStaysRandom() {
        var backoff = Backoff()
        var random = SplitMix64(seed: 4)
        var ceiling = Duration.milliseconds(500)
        var delays: [Duration] = []
        for _ in 0..<12 {
            let delay = backoff.next(using: &random)
            #expect((.zero...ceiling).contains(delay))
            delays.append(delay / (ceiling / .seconds(1)))
            ceiling = min(ceiling * 2, .seconds(60))
        }
        #expect(ceiling == .seconds(60))
        #expect(Set(delays).count == delays.count, "full jitter")
        backoff.reset()
        #expect(backoff.next(using: &random) <= .milliseconds(500))
    }

    private let attempts = Attempts()
    private let clock = ManualClock()
    private let hurry = ChangeNotice()

    /// Counts attempts, and fails all but those from a certain one on.
    private actor Attempts {
        private(set) var count = 0

        func next(succeedingAt last: Int = .max) throws {
            count += 1
            if count < last { throw Cut() }
        }
    }

    private let still = Reconnection.Signs {
        0
    } movement: {
        0
    }

    private func reconnection(patience: Duration?, standstill: Duration? = .seconds(300)) -> Reconnection {
        Reconnection(patience: patience, hurry: hurry, shortestStandstill: standstill, clock: clock)
    }

    /// Lets the rest before the next attempt pass, once it has begun.
    private func pass(_ retry: Reconnection.Retry) {
        Task { [clock] in await clock.pass(retry.delay) }
    }

    @Test(.timeLimit(.minutes(1))) func triesUntilItWorks() async throws {
        var retries: [Int] = []
        try await reconnection(patience: .seconds(20)).run({ [attempts] in try await attempts.next(succeedingAt: 3) }, signs: still) {
            retries.append($0.attempt)
            pass($0)
        }
        #expect(await attempts.count == 3)
        #expect(retries == [2, 3])
    }

    @Test func withoutPatienceOneAttemptIsMade() async throws {
        let error = await #expect(throws: Reconnection.GaveUp.self) {
            try await reconnection(patience: .zero)
                .run({ [attempts] in try await attempts.next() }, signs: still) { _ in Issue.record("there is no other attempt") }
        }
        #expect(error?.cause is Cut)
        #expect(await attempts.count == 1)
    }

    /// As long as something goes forward, patience does not end.
    @Test(.timeLimit(.minutes(1))) func whatGetsOnIsNotGivenUp() async throws {
        let signs = Reconnection.Signs { [attempts] in
            await attempts.count
        } movement: {
            0
        }
        try await reconnection(patience: .milliseconds(600)).run(
            { [attempts, clock] in
                clock.advance(by: .milliseconds(150))
                try await attempts.next(succeedingAt: 6)
            }, signs: signs
        ) { retry in
            // The rest is cut short by a hurry.
            Task { [clock, hurry] in
                await clock.sleeper(for: retry.delay)
                hurry.post()
            }
        }
        #expect(await attempts.count == 6)
        #expect(clock.elapsed == .milliseconds(900))
    }

    /// And when nothing does, it ends.
    @Test(.timeLimit(.minutes(1))) func patienceEnds() async throws {
        await #expect(throws: Reconnection.GaveUp.self) {
            try await reconnection(patience: .seconds(2)).run(
                { [attempts, clock] in
                    clock.advance(by: .seconds(1))
                    try await attempts.next()
                }, signs: still
            ) { pass($0) }
        }
        #expect((1...2).contains(await attempts.count))
    }

    /// The session lives, but the receiver takes nothing: with its disk full, it may do so for days.
    @Test(.timeLimit(.minutes(1))) func anAttemptThatStandsStillEnds() async throws {
        letItStandStill()
        let error = await #expect(throws: Reconnection.GaveUp.self) {
            try await reconnection(patience: .zero, standstill: standstill).run(standStill, signs: still) { _ in }
        }
        #expect((error?.cause as? OperationFailure)?.kind == .temporary)
        #expect(clock.elapsed == standstill)
    }

    private let standstill = Duration.milliseconds(200)
    private let standStill = { @Sendable () async throws in try await Task.sleep(for: .seconds(3600)) }

    /// A standstill is looked for eight times in its duration.
    private func letItStandStill() {
        Task { [clock, standstill] in
            for _ in 0..<8 { await clock.pass(standstill / 8) }
        }
    }

    /// A service tries for ever, but not in one attempt that stands still.
    @Test(.timeLimit(.minutes(1))) func endlessPatienceDoesNotMakeAnAttemptEndless() async throws {
        letItStandStill()
        try await reconnection(patience: nil, standstill: standstill).run(
            { [attempts, standStill] in
                try? await attempts.next()
                if await attempts.count == 1 { try await standStill() }
            }, signs: still
        ) {
            #expect(($0.cause as? OperationFailure)?.kind == .temporary)
            pass($0)
        }
        #expect(await attempts.count == 2)
    }

    /// Whoever waits for the next attempt keeps nobody out.
    @Test(.timeLimit(.minutes(1))) func noPlaceIsHeldBetweenAttempts() async throws {
        let places = Mutex(0)
        let vain = Mutex<[Bool]>([])
        try await reconnection(patience: .seconds(20)).run(
            { [attempts] in
                #expect(places.withLock { $0 } == 1)
                try await attempts.next(succeedingAt: 3)
            }, signs: still,
            admission: { isVain, attempt in
                vain.withLock { $0.append(isVain) }
                places.withLock { $0 += 1 }
                defer { places.withLock { $0 -= 1 } }
                return try await attempt()
            }
        ) {
            #expect(places.withLock { $0 } == 0)
            pass($0)
        }
        #expect(vain.withLock { $0 } == [false, true, true])
    }

    @Test(.timeLimit(.minutes(1))) func waitingForAPlaceCostsNoPatience() async throws {
        try await reconnection(patience: .seconds(1)).run(
            { [attempts] in try await attempts.next(succeedingAt: 2) }, signs: still,
            admission: { [clock] _, attempt in
                clock.advance(by: .milliseconds(1200))
                return try await attempt()
            }
        ) { pass($0) }
        #expect(await attempts.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func anAttemptThatMovesMayTakeItsTime() async throws {
        let moved = Mutex(0)
        let signs = Reconnection.Signs {
            0
        } movement: {
            moved.withLock { $0 }
        }
        try await reconnection(patience: .zero, standstill: standstill).run(
            { [clock, standstill] in
                for _ in 0..<40 {
                    await clock.sleeper(for: standstill / 8)
                    moved.withLock { $0 += 1 }
                    clock.advance(by: standstill / 8)
                }
            }, signs: signs
        ) { _ in }
        #expect(clock.elapsed == standstill * 5)
    }

    private static let errors: [(any Error, Bool)] = [
        (OperationFailure(.notTrusted, "no card"), true),
        (OperationFailure(.temporary, "full"), false),
        (ProtocolError(.versionMismatch, ""), true),
        (ProtocolError(.cut, ""), false),
        (ProtocolError(.peerSilent, ""), false),
        (ProtocolError(.peerAborted, "", abortCode: .notTrusted), true),
        (ProtocolError(.peerAborted, "", abortCode: .storageFull), false),
        (ProtocolError(.peerAborted, "", abortCode: .shuttingDown), false),
        (ProtocolError(.wrongPeer, ""), true),
        (ProtocolError(.notTrusted, ""), true),
        (CancellationError(), false),
    ]

    @Test(arguments: errors.indices) func someErrorsAreForPeople(_ index: Int) {
        let (error, isHopeless) = Self.errors[index]
        #expect(Hopelessness.isProven(by: error) == isHopeless, "\(error)")
    }

    @Test func hopelessErrorsEndItAtOnce() async throws {
        await #expect(throws: Reconnection.GaveUp.self) {
            try await reconnection(patience: .seconds(60))
                .run({ throw ProtocolError(.versionMismatch, "") }, signs: still) { _ in Issue.record("there is no other attempt") }
        }
    }
}
