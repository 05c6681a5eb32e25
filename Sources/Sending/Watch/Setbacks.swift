import Basics

/// The files and studies that could not be dealt with for now: each is tried again after a while, reported once, and in nobody else's way.
struct Setbacks<Item: Hashable & Sendable>: Sendable {
    private struct Setback: Sendable {
        let reason: String
        let until: ContinuousClock.Instant
    }

    /// Before another try.
    private let rest: Duration
    private var setbacks: [Item: Setback] = [:]

    init(rest: Duration = .seconds(60)) {
        self.rest = rest
    }

    func isResting(_ item: Item, at now: ContinuousClock.Instant) -> Bool {
        setbacks[item].map { $0.until > now } ?? false
    }

    /// Lets an item rest.
    ///
    /// - Returns: whether this is news: the first time, or another reason.
    mutating func note(_ item: Item, _ reason: String, at now: ContinuousClock.Instant) -> Bool {
        let isNews = setbacks[item]?.reason != reason
        setbacks[item] = Setback(reason: reason, until: now + rest)
        return isNews
    }

    /// Forgets what is not there any more, or was dealt with.
    mutating func keep(only isCurrent: (Item) -> Bool) {
        setbacks = setbacks.filter { isCurrent($0.key) }
    }
}
