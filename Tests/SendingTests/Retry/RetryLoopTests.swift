import Basics
import Concurrency
import Foundation
import Protocol
import SeededRandomness
import Synchronization
import TestSupport
import Testing

@testable import Sending

@Suite struct RetryLoopTests {
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
    private let retryNow = ChangeNotice()

    /// Counts attempts, and fails all but those from a certain one on.
    private actor Attempts {
        private(set) var count = 0

        func next(succeedingAt last: Int = .max) throws {
            count += 1
            if count < last { throw Cut() }
        }
    }

    private func loop(
        patience: Duration?, standstill: Duration = .seconds(300), advances: @escaping @Sendable () async -> Int = { 0 },
        onRetry: @escaping @Sendable (RetryLoop.Retry) async -> Void
    ) -> RetryLoop {
        RetryLoop(
            RetryPolicy(patience: patience, shortestStandstill: standstill), retryNow: retryNow, clock: clock, advances: advances,
            onRetry: onRetry)
    }

    /// Tries in surroundings that cost nothing.
    private func run(
        _ loop: RetryLoop, movement: @escaping @Sendable () async -> Int = { 0 }, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await loop.run { loop in try await loop.attempt(movement: movement, body) }
    }

    /// Lets the rest before the next attempt pass, once it has begun.
    private var pass: @Sendable (RetryLoop.Retry) async -> Void {
        { [clock] retry in Task { await clock.pass(retry.delay) } }
    }

    private let noOther: @Sendable (RetryLoop.Retry) async -> Void = { _ in Issue.record("there is no other attempt") }

    @Test(.timeLimit(.minutes(1))) func triesUntilItWorks() async throws {
        let retries = Mutex<[Int]>([])
        let loop = loop(patience: .seconds(20)) { [pass] retry in
            retries.withLock { $0.append(retry.attempt) }
            await pass(retry)
        }
        try await run(loop) { [attempts] in try await attempts.next(succeedingAt: 3) }
        #expect(await attempts.count == 3)
        #expect(retries.withLock { $0 } == [2, 3])
    }

    @Test func withoutPatienceOneAttemptIsMade() async throws {
        let error = await #expect(throws: RetryLoop.GaveUp.self) {
            try await run(loop(patience: .zero, onRetry: noOther)) { [attempts] in try await attempts.next() }
        }
        #expect(error?.cause is Cut)
        #expect(await attempts.count == 1)
    }

    /// As long as something goes forward, patience does not end.
    @Test(.timeLimit(.minutes(1))) func whatGetsOnIsNotGivenUp() async throws {
        let loop = loop(patience: .milliseconds(600), advances: { [attempts] in await attempts.count }) { [clock, retryNow] retry in
            // The rest is cut short.
            Task {
                await clock.sleeper(for: retry.delay)
                retryNow.post()
            }
        }
        try await run(loop) { [attempts, clock] in
            clock.advance(by: .milliseconds(150))
            try await attempts.next(succeedingAt: 6)
        }
        #expect(await attempts.count == 6)
        #expect(clock.elapsed == .milliseconds(900))
    }

    /// And when nothing does, it ends.
    @Test(.timeLimit(.minutes(1))) func patienceEnds() async throws {
        await #expect(throws: RetryLoop.GaveUp.self) {
            try await run(loop(patience: .seconds(2), onRetry: pass)) { [attempts, clock] in
                clock.advance(by: .seconds(1))
                try await attempts.next()
            }
        }
        #expect((1...2).contains(await attempts.count))
    }

    // MARK: Standing still

    /// The session lives, but the receiver takes nothing: with its disk full, it may do so for days.
    @Test(.timeLimit(.minutes(1))) func anAttemptThatStandsStillEnds() async throws {
        letItStandStill()
        let error = await #expect(throws: RetryLoop.GaveUp.self) {
            try await run(loop(patience: .zero, standstill: standstill, onRetry: noOther), standStill)
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
        let loop = loop(patience: nil, standstill: standstill) { [pass] retry in
            #expect((retry.cause as? OperationFailure)?.kind == .temporary)
            await pass(retry)
        }
        try await run(loop) { [attempts, standStill] in
            try? await attempts.next()
            if await attempts.count == 1 { try await standStill() }
        }
        #expect(await attempts.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func anAttemptThatMovesMayTakeItsTime() async throws {
        let moved = Mutex(0)
        try await run(loop(patience: .zero, standstill: standstill, onRetry: noOther), movement: { moved.withLock { $0 } }) {
            [clock, standstill] in
            for _ in 0..<40 {
                await clock.sleeper(for: standstill / 8)
                moved.withLock { $0 += 1 }
                clock.advance(by: standstill / 8)
            }
        }
        #expect(clock.elapsed == standstill * 5)
    }

    // MARK: Surroundings

    /// Surroundings that were made, and whether they are there now.
    private final class Surroundings: Sendable {
        private let state = Mutex((made: [Bool](), areThere: false))

        var made: [Bool] { state.withLock { $0.made } }
        var areThere: Bool { state.withLock { $0.areThere } }

        func around<Result: Sendable>(isAgain: Bool, _ body: () async throws -> Result) async throws -> Result {
            state.withLock { state in
                state.made.append(isAgain)
                state.areThere = true
            }
            defer { state.withLock { $0.areThere = false } }
            return try await body()
        }
    }

    private let surroundings = Surroundings()

    private func runInSurroundings(_ loop: RetryLoop, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await loop.run { [surroundings] loop in
            try await surroundings.around(isAgain: await loop.isAgain) { try await loop.attempt(movement: { 0 }, body) }
        }
    }

    /// Whoever waits long for the next attempt keeps nobody out.
    @Test(.timeLimit(.minutes(1))) func surroundingsAreLeftBeforeALongRest() async throws {
        try await runInSurroundings(
            loop(patience: .seconds(90)) { [clock, surroundings] retry in
                Task {
                    await clock.sleeper(for: retry.delay)
                    #expect(!surroundings.areThere)
                    clock.advance(by: retry.delay)
                }
            }
        ) { [attempts, clock, surroundings] in
            #expect(surroundings.areThere)
            // Each attempt takes longer than surroundings are kept without progress.
            clock.advance(by: RetryPolicy.keptSurroundings + .milliseconds(1))
            try await attempts.next(succeedingAt: 3)
        }
        #expect(surroundings.made == [false, true, true])
    }

    /// After a cut the next attempt follows at once, with everything that it needs at hand.
    @Test(.timeLimit(.minutes(1))) func surroundingsAreKeptOverAShortRest() async throws {
        try await runInSurroundings(
            loop(patience: .seconds(20), advances: { [attempts] in await attempts.count }) { [clock, surroundings] retry in
                Task {
                    await clock.sleeper(for: retry.delay)
                    #expect(surroundings.areThere)
                    clock.advance(by: retry.delay)
                }
            }
        ) { [attempts, clock] in
            clock.advance(by: .seconds(60))
            try await attempts.next(succeedingAt: 9)
        }
        #expect(surroundings.made == [false])
    }

    @Test(.timeLimit(.minutes(1))) func waitingForSurroundingsCostsNoPatience() async throws {
        try await loop(patience: .seconds(3), onRetry: pass).run { [attempts, clock] loop in
            clock.advance(by: .seconds(10))
            return try await loop.attempt(movement: { 0 }) {
                clock.advance(by: .milliseconds(2100))
                try await attempts.next(succeedingAt: 2)
            }
        }
        #expect(await attempts.count == 2)
    }

    /// A lock that cannot be taken, or a journal that cannot be read, is a failed attempt.
    @Test(.timeLimit(.minutes(1))) func surroundingsThatCannotBeMadeAreTriedAgain() async throws {
        let result = try await loop(patience: .seconds(20), onRetry: pass).run { [attempts] _ in
            try await attempts.next(succeedingAt: 3)
            return 5
        }
        #expect(result == 5)
        let error = await #expect(throws: RetryLoop.GaveUp.self) {
            try await loop(patience: .zero, onRetry: noOther).run { _ -> Int? in throw Cut() }
        }
        #expect(error?.cause is Cut)
    }

    // MARK: Permanent trouble

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
        let (error, isPermanent) = Self.errors[index]
        #expect(RetryPolicy.isPermanent(error) == isPermanent, "\(error)")
    }

    @Test func permanentTroubleEndsItAtOnce() async throws {
        await #expect(throws: RetryLoop.GaveUp.self) {
            try await run(loop(patience: .seconds(60), onRetry: noOther)) { throw ProtocolError(.versionMismatch, "") }
        }
    }

    /// A service waits for a person, for five minutes or until the cards are read anew.
    @Test(.timeLimit(.minutes(1))) func aServiceTriesPermanentTroubleAgain() async throws {
        let loop = loop(patience: nil) { [retryNow, clock] retry in
            #expect(retry.delay == .seconds(300))
            Task {
                await clock.sleeper(for: retry.delay)
                retryNow.post()
            }
        }
        try await run(loop) { [attempts] in
            try? await attempts.next()
            if await attempts.count == 1 { throw ProtocolError(.versionMismatch, "") }
        }
        #expect(await attempts.count == 2)
        #expect(clock.elapsed == .zero)
    }
}
