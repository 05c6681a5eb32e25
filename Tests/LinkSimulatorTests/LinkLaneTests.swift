import SeededRandomness
import Testing

@testable import LinkSimulator

/// When bytes come out of one way of a link, by a clock that the test sets.
@Suite struct LinkLaneTests {
    private var random = SplitMix64(seed: 3)

    /// Gives the lane all it takes, as soon as it takes it. Returns when the last byte comes out.
    private mutating func carry(_ byteCount: Int, _ lane: inout LinkLane) -> Double {
        var (rest, now, end) = (byteCount, 0.0, 0.0)
        while rest > 0 {
            let count = min(rest, lane.pieceBytes, lane.room(at: now))
            if count > 0 {
                end = lane.enter(count, at: now, using: &random)
                rest -= count
            } else if let departure = lane.nextDeparture {
                now = departure
            }
        }
        return end
    }

    @Test mutating func takesItsTimeAndNoMore() {
        var lane = LinkLane(LinkConditions(bitsPerSecond: 8e6, latency: .milliseconds(200)), .toReceiver)
        #expect(abs(carry(1_000_000, &lane) - 1.2) < 1e-6)
    }

    /// Jitter comes on top, and no more than it.
    @Test mutating func jitterIsBounded() {
        var conditions = LinkConditions(bitsPerSecond: 8e6, latency: .milliseconds(5))
        conditions.jitter = .milliseconds(20)
        var lane = LinkLane(conditions, .toReceiver)
        #expect((1.005...1.025).contains(carry(1_000_000, &lane)))
    }

    /// What waits in front of the transmitter is bounded.
    @Test mutating func theQueueIsBounded() {
        var conditions = LinkConditions(bitsPerSecond: 8e6, latency: .zero)
        conditions.queueBytes = 10_000
        var lane = LinkLane(conditions, .toReceiver)
        _ = lane.enter(10_000, at: 0, using: &random)
        #expect(lane.room(at: 0.005) == 0)
        #expect(lane.room(at: 0.011) == 10_000)
    }
}
