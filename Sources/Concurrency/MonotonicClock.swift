/// A clock that measures durations and waits: it never goes back, and nobody sets it.
///
/// The programs use `ContinuousClock`. Tests give a clock that stands still until they advance it.
public protocol MonotonicClock: Clock<Duration> where Instant == ContinuousClock.Instant {}

extension ContinuousClock: MonotonicClock {}
