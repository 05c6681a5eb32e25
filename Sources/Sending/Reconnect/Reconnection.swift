import Basics
import Concurrency
import Protocol
import Synchronization

/// Tries again until it works, for as long as something goes forward or the patience lasts.
package struct Reconnection: Sendable {
    /// How long nothing may go forward before it gives up; `nil` for never. Zero: one attempt.
    package let patience: Duration?
    /// Ends waiting early.
    let hurry: ChangeNotice
    /// How long an attempt may stand still at least, however short the patience: sealing one large file takes its time. `nil` where
    /// attempts see to that themselves.
    var shortestStandstill: Duration? = .seconds(300)
    /// Measures patience and standstill, and the rest between attempts.
    var clock: any MonotonicClock = ContinuousClock()

    /// Between attempts that a person must make possible first.
    private static let hopelessDelay = Duration.seconds(300)

    /// The attempts ended without success.
    struct GaveUp: Error {
        /// Of the last attempt.
        let cause: any Error
    }

    /// One more attempt will be made.
    package struct Retry: Sendable {
        package let attempt: Int
        let delay: Duration
        package let cause: any Error
    }

    /// What tells whether it gets on. Both only grow.
    package struct Signs: Sendable {
        /// With each thing that is done for good: what another attempt can build on.
        let advances: @Sendable () async -> Int
        /// With whatever moves.
        let movement: @Sendable () async -> Int
    }

    /// Lets an attempt begin when there is a place for it. What it is told first: whether the attempt before brought nothing.
    package typealias Admission<Result: Sendable> =
        @Sendable (_ isVain: Bool, _ attempt: @escaping @Sendable () async throws -> Result) async throws -> Result

    /// - Parameter admission: asked for each attempt; a place is held neither between attempts nor does waiting for it cost patience.
    /// - Throws: ``GaveUp``, `CancellationError`.
    package func run<Result: Sendable>(
        _ attempt: @escaping @Sendable () async throws -> Result, signs: Signs, admission: Admission<Result> = { try await $1() },
        onRetry: (Retry) async -> Void
    ) async throws -> Result {
        var backoff = Backoff()
        var lastAdvance = clock.now
        var seen = await signs.advances()
        var isVain = false
        for count in 1... {
            let cause: any Error
            let wait = AdmissionWait(clock)
            do {
                return try await admission(isVain) {
                    wait.end()
                    return try await unlessItStandsStill(attempt, signs)
                }
            } catch {
                try Task.checkCancellation()
                cause = error
            }
            lastAdvance += wait.duration
            let now = await signs.advances()
            isVain = now <= seen
            if now > seen {
                seen = now
                lastAdvance = clock.now
                backoff.reset()
            }
            let isHopeless = Hopelessness.isProven(by: cause)
            if isHopeless, patience != nil { throw GaveUp(cause: cause) }
            let delay = isHopeless ? Self.hopelessDelay : backoff.next()
            if let patience, clock.now + delay - lastAdvance > patience { throw GaveUp(cause: cause) }
            await onRetry(Retry(attempt: count + 1, delay: delay, cause: cause))
            try await rest(delay)
        }
        throw CancellationError()
    }

    /// Ends an attempt in which nothing moves although the session lives: the receiver's disk is full, say.
    private func unlessItStandsStill<Result: Sendable>(
        _ attempt: @escaping @Sendable () async throws -> Result, _ signs: Signs
    ) async throws -> Result {
        guard let shortestStandstill else { return try await attempt() }
        let limit = max(patience ?? .zero, shortestStandstill)
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await attempt() }
            group.addTask {
                try await standstill(of: limit, signs.movement)
                throw OperationFailure(.temporary, "the receiver is there, but nothing has moved for \(Quantities.duration(limit.seconds))")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// Returns when nothing has moved for so long.
    private func standstill(of limit: Duration, _ movement: @Sendable () async -> Int) async throws {
        var seen = await movement()
        var since = clock.now
        while clock.now - since < limit {
            try await clock.sleep(for: limit / 8)
            let now = await movement()
            if now != seen { (seen, since) = (now, clock.now) }
        }
    }

    private func rest(_ delay: Duration) async throws {
        let seen = hurry.count
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in try await clock.sleep(for: delay) }
            group.addTask { [hurry] in try await hurry.change(after: seen) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// How long one attempt waited until it was let begin.
private final class AdmissionWait: Sendable {
    private let clock: any MonotonicClock
    private let start: ContinuousClock.Instant
    private let begun = Mutex<ContinuousClock.Instant?>(nil)

    init(_ clock: any MonotonicClock) {
        self.clock = clock
        start = clock.now
    }

    func end() {
        let now = clock.now
        begun.withLock { $0 = now }
    }

    var duration: Duration { (begun.withLock { $0 } ?? clock.now) - start }
}
