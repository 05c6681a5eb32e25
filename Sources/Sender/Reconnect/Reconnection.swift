import CommandLineSupport
import Logging

/// Tries again until it works, for as long as something goes forward or the patience lasts.
struct Reconnection: Sendable {
    /// How long nothing may go forward before it gives up; `nil` for never. Zero: one attempt.
    let patience: Duration?
    /// Ends waiting early.
    let hurry: ChangeNotice
    /// Between attempts that a person must make possible first.
    private static let hopelessDelay = Duration.seconds(300)

    /// The attempts ended without success.
    struct GaveUp: Error {
        /// Of the last attempt.
        let cause: any Error
    }

    /// One more attempt will be made.
    struct Retry: Sendable {
        let attempt: Int
        let delay: Duration
        let cause: any Error
    }

    /// - Parameter advances: grows with all that goes forward.
    /// - Throws: ``GaveUp``, `CancellationError`.
    func run(
        _ attempt: () async throws -> Void, advances: () async -> Int, onRetry: (Retry) async -> Void
    ) async throws {
        var backoff = Backoff()
        var hopelessness = Hopelessness()
        // Monotonic: a clock that is set does not matter.
        var lastAdvance = ContinuousClock.now
        var seen = await advances()
        var count = 0
        while true {
            count += 1
            let cause: any Error
            do {
                return try await attempt()
            } catch {
                try Task.checkCancellation()
                cause = error
            }
            let now = await advances()
            if now > seen {
                seen = now
                lastAdvance = .now
                backoff.reset()
            }
            let isHopeless = hopelessness.isProven(by: cause)
            var delay = backoff.next()
            if isHopeless {
                guard patience == nil else { throw GaveUp(cause: cause) }
                delay = Self.hopelessDelay
            }
            if let patience, ContinuousClock.now + delay - lastAdvance > patience { throw GaveUp(cause: cause) }
            await onRetry(Retry(attempt: count + 1, delay: delay, cause: cause))
            try await wait(delay)
        }
    }

    private func wait(_ delay: Duration) async throws {
        let seen = hurry.count
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Task.sleep(for: delay, clock: .continuous) }
            group.addTask { [hurry] in try await hurry.change(after: seen) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
