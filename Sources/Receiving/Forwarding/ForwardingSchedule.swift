import Basics
import Foundation
import Protocol

/// Which study is tried when, so that one that is refused, or a PACS that is away, delays no other.
///
/// A study that is new is due at once and comes first. Those that failed wait, each for itself, twice as long each time. While the other
/// side takes no associations, they all wait, and whichever was tried least goes first.
struct ForwardingSchedule: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Trial: Sendable {
        var failures: Int
        var next: Instant
    }

    private static let pauses = (shortest: 2.0, longest: 300.0)

    private var trials: [TransferID: Trial] = [:]
    private var refusedAssociations = 0
    private var back: Instant?
    /// 0.75 … 1.25, so that several receivers do not come at once.
    private let spread: @Sendable () -> Double

    init(spread: @escaping @Sendable () -> Double = { .random(in: 0.75...1.25) }) {
        self.spread = spread
    }

    /// What is to be tried now, in this order.
    ///
    /// - Parameter waiting: all studies that are to be forwarded, oldest first. Others are forgotten.
    mutating func due(of waiting: [TransferID], at now: Instant) -> [TransferID] {
        let known = Set(waiting)
        trials = trials.filter { known.contains($0.key) }
        let new = waiting.filter { trials[$0] == nil }
        if let back, back > now { return new }
        // The sort is stable: the oldest first of those that were tried equally often.
        let old = waiting.filter { trials[$0].map { $0.next <= now } ?? false }.sorted { failures(of: $0) < failures(of: $1) }
        return new + old
    }

    private func failures(of transfer: TransferID) -> Int { trials[transfer]?.failures ?? 0 }

    /// The study could not be forwarded, or not all of it.
    mutating func failed(_ transfer: TransferID, at now: Instant) {
        let failures = failures(of: transfer) + 1
        trials[transfer] = Trial(failures: failures, next: now + pause(after: failures))
    }

    /// The other side has taken an association.
    mutating func isThere() {
        refusedAssociations = 0
        back = nil
    }

    /// The other side has taken none.
    mutating func isAway(at now: Instant) {
        refusedAssociations += 1
        back = now + pause(after: refusedAssociations)
    }

    /// When something is due that was tried before; `nil` where nothing waits.
    func next() -> Instant? {
        guard let first = trials.values.map(\.next).min() else { return nil }
        return back.map { max($0, first) } ?? first
    }

    private func pause(after failures: Int) -> Duration {
        let seconds = min(Self.pauses.longest, Self.pauses.shortest * pow(2, Double(min(failures, 10) - 1)))
        return .seconds(seconds * spread())
    }
}
