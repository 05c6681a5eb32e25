import Basics

/// How long to wait before trying once more: exponential with full jitter, so that many senders that one cut has hit do not all come
/// back at once (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
struct Backoff: Sendable {
    static let shortest = Duration.milliseconds(500)
    static let longest = Duration.seconds(60)

    private var ceiling = Backoff.shortest

    /// The next delay, anything from nothing to a ceiling that doubles from 0.5 s to 60 s.
    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { ceiling = min(ceiling * 2, Self.longest) }
        return ceiling * Double.random(in: 0...1, using: &generator)
    }

    mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    /// Something has gone forward: the next failure is a new one.
    mutating func reset() {
        self = Backoff()
    }
}
