import Basics
import Concurrency
import Protocol

/// Tries again until it works, for as long as something goes forward or the patience lasts.
///
/// Attempts need surroundings, such as a place, a lock and a study in memory. The loop has them made before the first attempt and keeps
/// them while attempts follow each other closely. Before a longer rest they are put away, and made anew for the attempt behind it.
///
/// ```swift
/// try await RetryLoop(policy, retryNow: notice, clock: clock, advances: { record.advances }, onRetry: tell).run { loop in
///     try await withLock {
///         try await loop.attempt(movement: { counter.value }) { try await send() }
///     }
/// }
/// ```
actor RetryLoop {
    /// The attempts have ended without success.
    struct GaveUp: Error {
        /// Of the last attempt.
        let cause: any Error
    }

    /// One more attempt will be made.
    struct Retry: Sendable {
        /// Its number, from 2 on.
        let attempt: Int
        /// Until it begins.
        let delay: Duration
        /// Of the attempt before.
        let cause: any Error
    }

    private let policy: RetryPolicy
    private let retryNow: ChangeNotice
    private let clock: any MonotonicClock
    private let advances: @Sendable () async -> Int
    private let onRetry: @Sendable (Retry) async -> Void

    private var backoff = Backoff()
    private var attempts = 1
    /// Before the next attempt.
    private var delay = Duration.zero
    private var seenAdvances = 0
    /// The time at which something went forward last. Waiting for surroundings does not count: that time is added.
    private var lastAdvance: ContinuousClock.Instant
    /// The time at which the loop began to wait for surroundings, and that at which it had them.
    private var waitBegan: ContinuousClock.Instant
    private var arrival: ContinuousClock.Instant?
    /// Whether nothing went forward in the surroundings before these.
    private(set) var isAgain = false

    /// - Parameters:
    ///   - retryNow: ends a rest early.
    ///   - clock: measures patience, standstill and rests.
    ///   - advances: grows with each thing that is done for good: what another attempt can build on.
    ///   - onRetry: told of each failure that another attempt follows.
    init(
        _ policy: RetryPolicy, retryNow: ChangeNotice, clock: any MonotonicClock, advances: @escaping @Sendable () async -> Int,
        onRetry: @escaping @Sendable (Retry) async -> Void
    ) {
        self.policy = policy
        self.retryNow = retryNow
        self.clock = clock
        self.advances = advances
        self.onRetry = onRetry
        lastAdvance = clock.now
        waitBegan = lastAdvance
    }

    /// Has surroundings made as often as it takes. An error of theirs counts as a failed attempt.
    ///
    /// - Parameter surroundings: makes them, and calls ``attempt(movement:_:)`` in them; returns `nil` when that has done so.
    /// - Returns: the first result of `surroundings`.
    /// - Throws: ``GaveUp``, `CancellationError`.
    func run<Result: Sendable>(_ surroundings: @Sendable (RetryLoop) async throws -> Result?) async throws -> Result {
        (seenAdvances, lastAdvance) = (await advances(), clock.now)
        while true {
            (waitBegan, arrival) = (clock.now, nil)
            let before = seenAdvances
            do {
                if let result = try await surroundings(self) { return result }
            } catch let end as GaveUp {
                throw end
            } catch {
                try await failed(error)
            }
            isAgain = seenAdvances == before
            try await rest()
        }
    }

    /// Tries in the surroundings that are there.
    ///
    /// - Parameter movement: grows with whatever moves. An attempt in which nothing moves ends, although its session lives: the receiver's
    ///   disk is full, say.
    /// - Returns: the result of `body`; `nil` before a rest for which the surroundings are to be put away.
    /// - Throws: ``GaveUp``, `CancellationError`.
    func attempt<Result: Sendable>(
        movement: @escaping @Sendable () async -> Int, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let arrival = arrive()
        while true {
            do {
                return try await unlessItStandsStill(movement, body)
            } catch {
                try await failed(error)
            }
            guard clock.now + delay - max(arrival, lastAdvance) <= RetryPolicy.keptSurroundings else { return nil }
            try await rest()
        }
    }

    /// The surroundings are there, or could not be made.
    @discardableResult
    private func arrive() -> ContinuousClock.Instant {
        if let arrival { return arrival }
        let now = clock.now
        arrival = now
        lastAdvance += now - waitBegan
        return now
    }

    /// Decides what follows a failure.
    ///
    /// - Throws: ``GaveUp``, `CancellationError`.
    private func failed(_ cause: any Error) async throws {
        try Task.checkCancellation()
        arrive()
        let now = await advances()
        if now > seenAdvances {
            (seenAdvances, lastAdvance) = (now, clock.now)
            backoff.reset()
        }
        let isPermanent = RetryPolicy.isPermanent(cause)
        if isPermanent, policy.patience != nil { throw GaveUp(cause: cause) }
        delay = isPermanent ? RetryPolicy.permanentDelay : backoff.next()
        if let patience = policy.patience, clock.now + delay - lastAdvance > patience { throw GaveUp(cause: cause) }
        attempts += 1
        await onRetry(Retry(attempt: attempts, delay: delay, cause: cause))
    }

    private func unlessItStandsStill<Result: Sendable>(
        _ movement: @escaping @Sendable () async -> Int, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let limit = policy.standstill
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body() }
            group.addTask { [clock] in
                try await Self.standstill(of: limit, movement, clock)
                throw OperationFailure(.temporary, "the receiver is there, but nothing has moved for \(Quantities.duration(limit.seconds))")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// Returns when nothing has moved for so long.
    private static func standstill(of limit: Duration, _ movement: @Sendable () async -> Int, _ clock: any MonotonicClock) async throws {
        var seen = await movement()
        var since = clock.now
        while clock.now - since < limit {
            try await clock.sleep(for: limit / 8)
            let now = await movement()
            if now != seen { (seen, since) = (now, clock.now) }
        }
    }

    private func rest() async throws {
        await retryNow.change(after: retryNow.count, within: delay, clock: clock)
        try Task.checkCancellation()
    }
}
