public import Concurrency
import Synchronization

/// A clock that stands still until a test advances it. A sleeper wakes when its time has come.
public final class ManualClock: MonotonicClock {
    public typealias Instant = ContinuousClock.Instant

    private struct Sleeper {
        let until: Instant
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct Watcher {
        /// What it waits for: so many sleepers until this time.
        let alarm: Instant
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Instant
        var nextIdentifier = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [Int: Watcher] = [:]

        mutating func identifier() -> Int {
            nextIdentifier += 1
            return nextIdentifier
        }

        func isAsleep(_ count: Int, until alarm: Instant) -> Bool {
            sleepers.values.count { $0.until == alarm } >= count
        }

        mutating func takeSatisfied() -> [Watcher] {
            let taken = watchers.filter { isAsleep($0.value.count, until: $0.value.alarm) }
            for identifier in taken.keys { watchers[identifier] = nil }
            return Array(taken.values)
        }
    }

    private let start = Instant.now
    private let state: Mutex<State>

    public init() {
        state = Mutex(State(now: start))
    }

    public var now: Instant { state.withLock { $0.now } }
    public var minimumResolution: Duration { .zero }

    /// How far it was advanced since it was made.
    public var elapsed: Duration { now - start }

    /// How long each sleeper still sleeps, the shortest first.
    public var alarms: [Duration] { state.withLock { state in state.sleepers.values.map { $0.until - state.now }.sorted() } }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let identifier = state.withLock { $0.identifier() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (goesOn, watching) = state.withLock { state -> (Bool, [Watcher]) in
                    if Task.isCancelled || state.now >= deadline { return (true, []) }
                    state.sleepers[identifier] = Sleeper(until: deadline, continuation: continuation)
                    return (false, state.takeSatisfied())
                }
                if goesOn { continuation.resume() }
                for watcher in watching { watcher.continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: identifier) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }

    // MARK: For the test

    /// Lets time pass, and wakes whoever is due.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for identifier in due.keys { state.sleepers[identifier] = nil }
            return due.values.sorted { $0.until < $1.until }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns when so many sleep for exactly so long from now, or the task is cancelled. Nobody sleeps for no time: that returns at once.
    public func sleeper(for duration: Duration, count: Int = 1) async {
        let identifier = state.withLock { $0.identifier() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    let alarm = state.now + duration
                    if Task.isCancelled || duration <= .zero || state.isAsleep(count, until: alarm) { return true }
                    state.watchers[identifier] = Watcher(alarm: alarm, count: count, continuation: continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: identifier) }?.continuation.resume()
        }
    }

    /// Lets those who compute get on for a moment, and then so much time pass, or less if one of the sleepers is due before.
    public func letPass(_ most: Duration) async {
        await letOthersRun()
        advance(by: min(alarms.first ?? most, most))
    }

    /// Waits for somebody who sleeps for exactly so long, and lets that time pass.
    public func pass(_ duration: Duration) async {
        await sleeper(for: duration)
        advance(by: duration)
    }
}
