import Basics
public import Concurrency

/// How long a session waits for the other side, and the clock that tells.
public struct SessionTiming: Sendable {
    /// For the whole greeting. Default 30 s.
    public var greeting: Duration
    /// Without any message, or without the peer's taking any byte of what waits to be sent, before it counts as gone. Each side sends a `KeepAlive` at least every third of its own value,
    /// so both should use about the same. Default 60 s.
    public var silence: Duration
    /// Measures both.
    public var clock: any MonotonicClock

    public init(
        greeting: Duration = .seconds(30), silence: Duration = .seconds(60), clock: any MonotonicClock = ContinuousClock()
    ) {
        self.greeting = greeting
        self.silence = silence
        self.clock = clock
    }
}

/// Runs `work`, and cancels it when it takes longer than `patience`; returns when it has ended.
func cancelling<Result: Sendable>(
    after patience: Duration, clock: any MonotonicClock = ContinuousClock(), _ work: @escaping @Sendable () async -> Result
) async -> Result {
    let working = Task { await work() }
    let timer = Task {
        guard (try? await clock.sleep(for: patience)) != nil else { return }
        working.cancel()
    }
    defer { timer.cancel() }
    return await working.value
}
