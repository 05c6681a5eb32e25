import Basics
import Concurrency
import Foundation
import Protocol
import SeededRandomness
import Synchronization
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

    /// Counts attempts, and fails all but those from a certain one on.
    private actor Attempts {
        private(set) var count = 0

        func next(succeedingAt last: Int = .max, taking duration: Duration = .zero) async throws {
            count += 1
            let number = count
            try await Task.sleep(for: duration)
            if number < last { throw Cut() }
        }
    }

    private let still = Reconnection.Signs {
        0
    } movement: {
        0
    }

    @Test func triesUntilItWorks() async throws {
        var retries: [Int] = []
        try await Reconnection(patience: .seconds(20), hurry: ChangeNotice())
            .run({ [attempts] in try await attempts.next(succeedingAt: 3) }, signs: still) { retries.append($0.attempt) }
        #expect(await attempts.count == 3)
        #expect(retries == [2, 3])
    }

    @Test func withoutPatienceOneAttemptIsMade() async throws {
        let error = await #expect(throws: Reconnection.GaveUp.self) {
            try await Reconnection(patience: .zero, hurry: ChangeNotice())
                .run({ [attempts] in try await attempts.next() }, signs: still) { _ in Issue.record("there is no other attempt") }
        }
        #expect(error?.cause is Cut)
        #expect(await attempts.count == 1)
    }

    /// As long as something goes forward, patience does not end.
    @Test func whatGetsOnIsNotGivenUp() async throws {
        let hurry = ChangeNotice()
        let signs = Reconnection.Signs { [attempts] in
            await attempts.count
        } movement: {
            0
        }
        try await Reconnection(patience: .milliseconds(600), hurry: hurry)
            .run({ [attempts] in try await attempts.next(succeedingAt: 6, taking: .milliseconds(150)) }, signs: signs) { _ in
                Task {
                    try await Task.sleep(for: .milliseconds(10))
                    hurry.post()
                }
            }
        #expect(await attempts.count == 6)
    }

    /// The session lives, but the receiver takes nothing: with its disk full, it may do so for days.
    @Test func anAttemptThatStandsStillEnds() async throws {
        var reconnection = Reconnection(patience: .zero, hurry: ChangeNotice())
        reconnection.shortestStandstill = .milliseconds(200)
        let error = await #expect(throws: Reconnection.GaveUp.self) {
            try await reconnection.run({ try await Task.sleep(for: .seconds(60)) }, signs: still) { _ in }
        }
        #expect((error?.cause as? OperationFailure)?.kind == .temporary)
    }

    /// A service tries for ever, but not in one attempt that stands still.
    @Test(.timeLimit(.minutes(1))) func endlessPatienceDoesNotMakeAnAttemptEndless() async throws {
        var reconnection = Reconnection(patience: nil, hurry: ChangeNotice())
        reconnection.shortestStandstill = .milliseconds(200)
        try await reconnection.run(
            { [attempts] in
                try? await attempts.next()
                if await attempts.count == 1 { try await Task.sleep(for: .seconds(3600)) }
            }, signs: still
        ) { #expect(($0.cause as? OperationFailure)?.kind == .temporary) }
        #expect(await attempts.count == 2)
    }

    /// Whoever waits for the next attempt keeps nobody out.
    @Test func noPlaceIsHeldBetweenAttempts() async throws {
        let places = Mutex(0)
        let vain = Mutex<[Bool]>([])
        try await Reconnection(patience: .seconds(20), hurry: ChangeNotice()).run(
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
        ) { _ in #expect(places.withLock { $0 } == 0) }
        #expect(vain.withLock { $0 } == [false, true, true])
    }

    @Test func waitingForAPlaceCostsNoPatience() async throws {
        try await Reconnection(patience: .seconds(1), hurry: ChangeNotice()).run(
            { [attempts] in try await attempts.next(succeedingAt: 2) }, signs: still,
            admission: { _, attempt in
                try await Task.sleep(for: .milliseconds(1200))
                return try await attempt()
            }
        ) { _ in }
        #expect(await attempts.count == 2)
    }

    @Test func anAttemptThatMovesMayTakeItsTime() async throws {
        var reconnection = Reconnection(patience: .zero, hurry: ChangeNotice())
        reconnection.shortestStandstill = .milliseconds(200)
        let start = ContinuousClock.now
        let signs = Reconnection.Signs {
            0
        } movement: {
            Int((ContinuousClock.now - start) / .milliseconds(1))
        }
        try await reconnection.run({ try await Task.sleep(for: .seconds(1)) }, signs: signs) { _ in }
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
            try await Reconnection(patience: .seconds(60), hurry: ChangeNotice())
                .run({ throw ProtocolError(.versionMismatch, "") }, signs: still) { _ in Issue.record("there is no other attempt") }
        }
    }
}
