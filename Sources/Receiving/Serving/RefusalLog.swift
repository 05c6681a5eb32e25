import Basics
import Synchronization

/// Bounds the lines that refused connections cause: anybody can connect, thousands of times a minute.
///
/// Each is counted all the same (`veilray_inbox_refused_connections_total`).
final class RefusalLog: Sendable {
    /// Lines at once, after a quiet time; then one a second.
    static let burst = 10.0
    private static let linesPerSecond = 1.0

    private struct State {
        var allowance = RefusalLog.burst
        var lastLook: ContinuousClock.Instant?
        var untold = 0
    }

    private let state = Mutex(State())

    /// The reason to be told now, with the number of those that were not told since; `nil` when this one is not told either.
    func line(_ reason: String, at now: ContinuousClock.Instant = .now) -> String? {
        state.withLock { state in
            if let last = state.lastLook {
                state.allowance = min(Self.burst, state.allowance + max(0, (now - last) / .seconds(1)) * Self.linesPerSecond)
            }
            state.lastLook = now
            guard state.allowance >= 1 else {
                state.untold += 1
                return nil
            }
            state.allowance -= 1
            defer { state.untold = 0 }
            return state.untold == 0 ? reason : "\(reason) (\(state.untold) more were refused since the last line)"
        }
    }
}
