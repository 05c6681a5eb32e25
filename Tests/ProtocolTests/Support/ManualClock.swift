import Synchronization

/// A clock that stands still until it is told to go on; whoever sleeps wakes when the time has come.
final class ManualClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [(until: Instant, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    /// The times that are slept until.
    var alarms: [Duration] { state.withLock { $0.sleepers.map(\.until.offset) } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled || state.now >= deadline { return true }
                    state.sleepers.append((deadline, continuation))
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            wake { _ in true }
        }
        try Task.checkCancellation()
    }

    func advance(by duration: Duration) {
        let now = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            return state.now
        }
        wake { $0 <= now }
    }

    private func wake(_ isDue: (Instant) -> Bool) {
        let due = state.withLock { state in
            let due = state.sleepers.filter { isDue($0.until) }
            state.sleepers.removeAll { isDue($0.until) }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}
