import Basics
import Concurrency
import SecureChannel

/// A sender's estimate of the link, made from the times at which its bytes arrive: the rate at which they come out at the far end, and the
/// shortest time from sending bytes to hearing that they are there.
///
/// Both are what a window needs that neither starves a distant link nor fills its buffers (the idea of BBR: Cardwell et al., ACM Queue 14(5),
/// 2016). The figures are of what arrives at the receiver's program, so they hold whatever buffers are in between.
///
/// As long as the window is full, every byte waits behind others for a while, so the shortest time is not seen again. When it was not seen for
/// half a minute, the window shrinks until nothing waits, and what is measured then counts: links do change.
struct LinkEstimate: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Point {
        let time: Instant
        let total: UInt64
    }

    private struct Arrival {
        let sent: Instant
        let time: Instant
        let total: UInt64
    }

    fileprivate struct Rate {
        let bytesPerSecond: Double
        /// Bytes waited for the link meanwhile. Else it is the rate at which there was something to send, and the link may carry far more.
        let isOfLink: Bool
    }

    /// A rate is taken over this time at least, or over ``rateBytes`` where they arrive faster.
    private static let rateSpan = Duration.milliseconds(200)
    private static let rateBytes: UInt64 = 256 << 10
    /// Figures older than this, at the latest twice this, no longer count.
    private static let rateMemory = Duration.seconds(5)
    /// Bytes that take so much longer to arrive than they took to be sent have waited for the link.
    private static let waitingRatio = 1.5
    /// Kept under way beyond what the link holds: covers what varies, and shows when the link gets faster.
    private static let slack = 0.2
    private static let gain = 1.25
    /// Less than the link holds: nothing waits then.
    private static let probeGain = 0.75
    /// Link time of one chunk: how long something more urgent may have to wait.
    private static let chunkTime = 0.1
    static let smallestWindow = 8 << 10
    static let smallestChunk = 1 << 10

    private var sent = Queue<Point>()
    private var oldestSent: Point?
    private var arrivals: [Arrival] = []
    private var rate = BestRate(memory: rateMemory)
    private var delay = RoundTripFloor()
    /// Sending had to wait for the window since the last figure.
    private var wasWindowFull = false

    /// Bytes in a second at which chunks arrive; `nil` before enough of them did.
    var bytesPerSecond: Double? { rate.value?.bytesPerSecond }
    /// Whether bytes waited for the link while this rate was taken. Else it is the rate at which there was something to send, and the link may
    /// carry far more.
    var isRateOfLink: Bool { rate.value?.isOfLink ?? false }
    /// Seconds from sending to hearing of the arrival, at best; `nil` before anything arrived.
    var roundTrip: Double? { delay.value }

    /// Bytes that should be under way at most.
    var window: Int {
        guard let rate = bytesPerSecond, let floor = delay.value else { return FirstFlight.creditBytes }
        let seconds = delay.isDraining ? Self.probeGain * floor : Self.gain * floor + Self.slack
        return Int((rate * seconds).clamped(to: Double(Self.smallestWindow)...1e15))
    }

    /// Bytes that a chunk should have: a power of two.
    var chunkBytes: Int {
        guard let rate = bytesPerSecond else { return FirstFlight.chunkBytes }
        let bytes = Int((rate * Self.chunkTime).clamped(to: Double(Self.smallestChunk)...Double(SessionLimits.chunkBytes.upperBound)))
        return 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)
    }

    /// Something more was to be sent than the window holds.
    mutating func windowIsFull() {
        wasWindowFull = true
    }

    /// - Parameter total: Bytes of chunks sent so far in the session, these included.
    mutating func sent(total: UInt64, at time: Instant) {
        sent.append(Point(time: time, total: total))
        delay.sent(total: total)
    }

    /// - Parameter total: Bytes of chunks that have arrived so far in the session.
    mutating func arrived(total: UInt64, at time: Instant) {
        var last: Point?
        while let point = oldestSent ?? sent.popFirst() {
            oldestSent = point
            guard point.total <= total else { break }
            delay.add((time - point.time).inSeconds, of: point.total, at: time)
            last = point
            oldestSent = nil
        }
        if let last { measureRate(Arrival(sent: last.time, time: time, total: last.total)) }
    }

    private mutating func measureRate(_ last: Arrival) {
        arrivals.append(last)
        guard let begin = arrivals.lastIndex(where: { isFarEnough($0, from: last) }) else { return }
        let first = arrivals[begin]
        // Bytes never arrive faster than they were sent: what has piled up on the way and comes all at once is no fast link.
        let (arriving, sending) = ((last.time - first.time).inSeconds, (last.sent - first.sent).inSeconds)
        let figure = Double(last.total - first.total) / max(arriving, sending, 1e-6)
        // When there was not enough to send, a low figure says nothing of the link.
        if wasWindowFull || figure > bytesPerSecond ?? 0 {
            let isOfLink = wasWindowFull || arriving > sending * Self.waitingRatio
            rate.add(Rate(bytesPerSecond: figure, isOfLink: isOfLink), at: last.time)
        }
        wasWindowFull = false
        arrivals.removeFirst(begin)
    }

    private func isFarEnough(_ first: Arrival, from last: Arrival) -> Bool {
        last.total - first.total >= Self.rateBytes || last.time - first.time >= Self.rateSpan && last.total > first.total
    }
}

/// The shortest round trip, confirmed again and again.
private struct RoundTripFloor: Sendable {
    private enum Probe: Sendable {
        case none
        /// The window is small; waits for the first bytes that are sent into an empty link.
        case draining
        /// These bytes' round trip will count.
        case measuring(total: UInt64)
    }

    /// How long a floor is believed without being seen again.
    private static let belief = Duration.seconds(30)
    /// The ratio up to which figures count as the same.
    private static let tolerance = 1.1

    private(set) var value: Double?
    private var confirmed: ContinuousClock.Instant?
    private var probe = Probe.none

    /// Whether the window has to be small, so that nothing waits in the link.
    var isDraining: Bool {
        if case .none = probe { false } else { true }
    }

    mutating func sent(total: UInt64) {
        if case .draining = probe { probe = .measuring(total: total) }
    }

    /// - Parameter total: Of the bytes whose round trip this is.
    mutating func add(_ seconds: Double, of total: UInt64, at time: ContinuousClock.Instant) {
        if case .measuring(let awaited) = probe, total >= awaited {
            probe = .none
            value = seconds
            confirmed = time
        } else if seconds <= (value ?? .infinity) * Self.tolerance {
            value = min(seconds, value ?? seconds)
            confirmed = time
        } else if case .none = probe, let confirmed, time - confirmed >= Self.belief {
            probe = .draining
        }
    }
}

/// The highest rate of the last while: of this period and the one before.
private struct BestRate: Sendable {
    typealias Rate = LinkEstimate.Rate

    private let memory: Duration
    private var current: Rate?
    private var previous: Rate?
    private var periodBegan: ContinuousClock.Instant?

    init(memory: Duration) {
        self.memory = memory
    }

    var value: Rate? { best(current, previous) }

    mutating func add(_ rate: Rate, at time: ContinuousClock.Instant) {
        if let began = periodBegan, time - began >= memory {
            previous = current
            current = nil
            periodBegan = time
        } else if periodBegan == nil {
            periodBegan = time
        }
        current = best(current, rate)
    }

    private func best(_ first: Rate?, _ second: Rate?) -> Rate? {
        guard let first, let second else { return first ?? second }
        return first.bytesPerSecond > second.bytesPerSecond ? first : second
    }
}

extension Duration {
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double { min(max(self, range.lowerBound), range.upperBound) }
}
