import Foundation
import Testing

@testable import Protocol

/// What a sender concludes from the times at which its bytes arrive.
@Suite struct LinkEstimateTests {
    /// A sender that keeps to its window on a link of this kind, in simulated time.
    private struct Link {
        let bytesPerSecond: Double
        let roundTrip: Double
        /// Bytes that the receiver tells of at once.
        var batch = 1
        var estimate = LinkEstimate()
        let start = ContinuousClock.now
        private(set) var sent = 0
        private(set) var now = 0.0
        private(set) var mostUnderWay = 0
        private var told = 0
        private var freeAt = 0.0
        private var arrivals: [(time: Double, total: Int)] = []

        init(bytesPerSecond: Double, roundTrip: Double, batch: Int = 1) {
            self.bytesPerSecond = bytesPerSecond
            self.roundTrip = roundTrip
            self.batch = batch
        }

        private func instant(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

        /// Sends for some time. Returns the share of it in which the link was busy.
        mutating func run(for seconds: Double) -> Double {
            let begin = now
            let sentBefore = sent
            while now < begin + seconds {
                let chunk = min(estimate.chunkBytes, 256 << 10)
                if sent == told || sent - told + chunk <= estimate.window {
                    estimate.sent(total: UInt64(sent + chunk), at: instant(now))
                    sent += chunk
                    mostUnderWay = max(mostUnderWay, sent - told)
                    freeAt = max(freeAt, now) + Double(chunk) / bytesPerSecond
                    if sent / batch > (sent - chunk) / batch { arrivals.append((freeAt + roundTrip, sent)) }
                } else {
                    guard !arrivals.isEmpty else { return 0 }
                    let arrival = arrivals.removeFirst()
                    now = max(now, arrival.time)
                    told = arrival.total
                    estimate.arrived(total: UInt64(told), at: instant(now))
                }
            }
            return Double(sent - sentBefore) / ((now - begin) * bytesPerSecond)
        }
    }

    /// Rates in bit/s and round trips in seconds: from a modem to a data centre.
    @Test(arguments: [9_600, 128e3, 4e6, 100e6, 1e9], [0.001, 0.05, 0.6, 1.2])
    func fillsTheLinkAndLittleMore(bitsPerSecond: Double, roundTrip: Double) {
        var link = Link(bytesPerSecond: bitsPerSecond / 8, roundTrip: roundTrip)
        _ = link.run(for: 20 + 3 * Double(FirstFlight.creditBytes) * 8 / bitsPerSecond)
        let busy = link.run(for: 30 + 100_000 * 8 / bitsPerSecond)
        #expect(busy > 0.95, "\(bitsPerSecond) bit/s, \(roundTrip) s: \(busy)")
        let measured = link.estimate.bytesPerSecond ?? 0
        #expect((0.8...1.6).contains(measured / link.bytesPerSecond), "\(measured) of \(link.bytesPerSecond)")
        #expect(abs((link.estimate.roundTrip ?? 0) - roundTrip) < roundTrip * 0.5 + 2_048 * 8 / bitsPerSecond + 0.12)
        let held = link.bytesPerSecond * roundTrip
        #expect(Double(link.estimate.window) < 4 * held + 0.6 * link.bytesPerSecond + 65_536)
    }

    @Test func firstRoundTripOfAFatLinkIsEnough() {
        // 100 Mbit/s and 600 ms hold 7.5 MB. What the first flight shows of it opens the window at once.
        var link = Link(bytesPerSecond: 12.5e6, roundTrip: 0.6)
        _ = link.run(for: 0.8)
        #expect(link.estimate.window > 7_500_000)
    }

    @Test func chunksTakeATenthOfASecond() {
        for (rate, expected) in [(1_200.0, 1_024), (16_000.0, 1_024), (500_000.0, 32_768), (12.5e6, 1 << 20)] {
            var link = Link(bytesPerSecond: rate, roundTrip: 0.1)
            _ = link.run(for: 10 + 2 * Double(FirstFlight.creditBytes) / rate)
            #expect((expected / 2...expected * 2).contains(link.estimate.chunkBytes), "\(rate): \(link.estimate.chunkBytes)")
        }
    }

    @Test func aPeerThatTellsInBurstsDoesNotStopIt() {
        var link = Link(bytesPerSecond: 500_000, roundTrip: 0.3, batch: 32 << 10)
        _ = link.run(for: 10)
        #expect(link.run(for: 20) > 0.9)
    }

    @Test func nothingIsKnownBeforeAnythingArrives() {
        var estimate = LinkEstimate()
        estimate.sent(total: 1_000, at: .now)
        #expect(estimate.bytesPerSecond == nil && estimate.roundTrip == nil)
        #expect(estimate.window == FirstFlight.creditBytes && estimate.chunkBytes == FirstFlight.chunkBytes)
    }
}
