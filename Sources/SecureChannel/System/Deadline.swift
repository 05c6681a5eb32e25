/// A moment by which something has to be done.
struct Deadline {
    let instant: ContinuousClock.Instant

    static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: .now + duration)
    }

    var isOver: Bool { instant <= .now }

    /// Milliseconds left, for poll(2).
    var pollTimeout: Int32 { (instant - .now).millisecondsRoundedUp }
}
