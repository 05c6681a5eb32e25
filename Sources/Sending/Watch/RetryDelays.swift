import Basics

/// The delays of items, such as files and studies, that could not be dealt with for now: each is tried again after a while, reported once,
/// and in nobody else's way.
struct RetryDelays<Item: Hashable & Sendable>: Sendable {
    private struct Delay: Sendable {
        let reason: String
        let end: ContinuousClock.Instant
    }

    /// The time before another try.
    private let duration: Duration
    private var delays: [Item: Delay] = [:]

    init(duration: Duration = .seconds(60)) {
        self.duration = duration
    }

    func isDelayed(_ item: Item, at now: ContinuousClock.Instant) -> Bool {
        delays[item].map { $0.end > now } ?? false
    }

    /// Delays an item.
    ///
    /// - Returns: whether it is to be reported: the first time, or for another reason.
    mutating func delay(_ item: Item, _ reason: String, at now: ContinuousClock.Instant) -> Bool {
        let isNew = delays[item]?.reason != reason
        delays[item] = Delay(reason: reason, end: now + duration)
        return isNew
    }

    /// Forgets the items that are not there any more, or were dealt with.
    mutating func keep(only isCurrent: (Item) -> Bool) {
        delays = delays.filter { isCurrent($0.key) }
    }
}
