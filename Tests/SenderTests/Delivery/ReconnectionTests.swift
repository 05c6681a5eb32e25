import CommandLineSupport
import Foundation
import Protocol
import Synchronization
import Testing

@testable import Sender

@Suite struct ReconnectionTests {
    private struct Cut: Error {}

    @Test func backoffGrowsToAMinuteAndStaysRandom() {
        var backoff = Backoff()
        var random = SeededGenerator(seed: 4)
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

    @Test func triesUntilItWorks() async throws {
        let attempts = Mutex(0)
        var retries: [Int] = []
        try await Reconnection(patience: .seconds(20), hurry: ChangeNotice()).run {
            if attempts.withLock({
                $0 += 1; return $0
            }) < 3 {
                throw Cut()
            }
        } advances: {
            0
        } onRetry: {
            retries.append($0.attempt)
        }
        #expect(attempts.withLock { $0 } == 3)
        #expect(retries == [2, 3])
    }

    @Test func withoutPatienceOneAttemptIsMade() async throws {
        var attempts = 0
        let error = await #expect(throws: Reconnection.GaveUp.self) {
            try await Reconnection(patience: .zero, hurry: ChangeNotice()).run {
                attempts += 1
                throw Cut()
            } advances: {
                0
            } onRetry: { _ in
                Issue.record("there is no other attempt")
            }
        }
        #expect(error?.cause is Cut)
        #expect(attempts == 1)
    }

    /// As long as something goes forward, patience does not end.
    @Test func whatGetsOnIsNotGivenUp() async throws {
        var attempts = 0
        let hurry = ChangeNotice()
        try await Reconnection(patience: .milliseconds(600), hurry: hurry).run {
            attempts += 1
            try await Task.sleep(for: .milliseconds(150))
            if attempts < 6 { throw Cut() }
        } advances: {
            attempts
        } onRetry: { _ in
            Task {
                try await Task.sleep(for: .milliseconds(10))
                hurry.post()
            }
        }
        #expect(attempts == 6)
    }

    @Test(arguments: [
        (CommandFailure(.notTrusted, "no card") as any Error & Sendable, true),
        (CommandFailure(.tryAgain, "full"), false),
        (ProtocolError(.versionMismatch, ""), true),
        (ProtocolError(.cut, ""), false),
        (ProtocolError(.peerSilent, ""), false),
        (ProtocolError(.peerAborted, "", abortCode: .notTrusted), true),
        (ProtocolError(.peerAborted, "", abortCode: .storageFull), false),
        (ProtocolError(.peerAborted, "", abortCode: .shuttingDown), false),
        (ProtocolError(.wrongPeer, ""), true),
        (CancellationError(), false),
    ]) func someErrorsAreForPeople(_ error: any Error & Sendable, _ isHopeless: Bool) {
        var hopelessness = Hopelessness()
        #expect(hopelessness.isProven(by: error) == isHopeless)
    }

    /// A link that breaks right after the handshake looks like a refusal.
    @Test func refusalsAreBelievedWhenTheyAreRepeated() {
        var hopelessness = Hopelessness()
        let refusal = ProtocolError(.notTrusted, "the peer ended the connection right after the handshake")
        #expect(!hopelessness.isProven(by: refusal))
        #expect(!hopelessness.isProven(by: refusal))
        #expect(!hopelessness.isProven(by: ProtocolError(.cut, "")), "something else was in between")
        #expect(!hopelessness.isProven(by: refusal))
        #expect(!hopelessness.isProven(by: refusal))
        #expect(hopelessness.isProven(by: refusal))
    }

    @Test func hopelessErrorsEndItAtOnce() async throws {
        var attempts = 0
        await #expect(throws: Reconnection.GaveUp.self) {
            try await Reconnection(patience: .seconds(60), hurry: ChangeNotice()).run {
                attempts += 1
                throw ProtocolError(.versionMismatch, "")
            } advances: {
                0
            } onRetry: { _ in
            }
        }
        #expect(attempts == 1)
    }
}

/// Sebastiano Vigna's splitmix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
