import Basics
import Foundation
import Testing

@testable import Protocol

/// What a sender concludes from the times at which its bytes arrive.
@Suite struct LinkEstimateTests {
    /// A sender that keeps to its window on a link of this kind, in simulated time.
    private struct Link {
        var bytesPerSecond: Double
        var roundTrip: Double
        var estimate = LinkEstimate()
        let start = ContinuousClock.now
        private(set) var sent = 0
        private(set) var now = 0.0
        private var told = 0
        private var freeAt = 0.0
        private var arrivals: [(time: Double, total: Int)] = []

        init(bytesPerSecond: Double, roundTrip: Double) {
            self.bytesPerSecond = bytesPerSecond
            self.roundTrip = roundTrip
        }

        private func instant(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

        /// A single chunk, after everything has arrived and some time has passed.
        mutating func sendOne(afterPauseOf pause: Double) {
            for arrival in arrivals {
                now = max(now, arrival.time)
                estimate.arrived(total: UInt64(arrival.total), at: instant(now))
            }
            arrivals = []
            now += pause
            sent += 16_384
            estimate.sent(total: UInt64(sent), at: instant(now))
            freeAt = max(freeAt, now) + 16_384 / bytesPerSecond
            arrivals = [(freeAt + roundTrip, sent)]
            told = sent
        }

        /// Sends for some time. Returns the share of it in which the link was busy.
        mutating func run(for seconds: Double) -> Double {
            let begin = now
            let sentBefore = sent
            while now < begin + seconds {
                let chunk = min(estimate.chunkBytes, 256 << 10)
                if sent == told || sent - told + chunk <= estimate.window {
                    estimate.sent(total: UInt64(sent + chunk), at: instant(now))
                    sent += chunk
                    freeAt = max(freeAt, now) + Double(chunk) / bytesPerSecond
                    arrivals.append((max(freeAt + roundTrip, arrivals.last?.time ?? 0), sent))
                } else {
                    estimate.windowIsFull()
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
        let smallest = Double(LinkEstimate.smallestWindow) / link.bytesPerSecond
        #expect(abs((link.estimate.roundTrip ?? 0) - roundTrip) < roundTrip * 0.5 + 1.5 * smallest + 0.12)
        let held = link.bytesPerSecond * roundTrip
        #expect(Double(link.estimate.window) < 3 * held + 0.6 * link.bytesPerSecond + 16_384)
    }

    @Test func hoursDoNotFillTheLinksBuffers() {
        var link = Link(bytesPerSecond: 500_000, roundTrip: 0.6)
        #expect(link.run(for: 7_200) > 0.97)
        #expect((0.59...0.75).contains(link.estimate.roundTrip ?? 0), "\(link.estimate.roundTrip ?? 0)")
        #expect(link.estimate.window < 800_000)
    }

    @Test func havingLittleToSendIsNoSlowLink() {
        var link = Link(bytesPerSecond: 500_000, roundTrip: 0.6)
        _ = link.run(for: 30)
        let window = link.estimate.window
        for _ in 0..<60 { link.sendOne(afterPauseOf: 1) }
        #expect(link.estimate.window > window / 2)
    }

    /// Small files that leave as they are sealed tell how fast they are sealed. A burst, or more than the window holds, tells of the link.
    @Test(arguments: [500_000.0, 125e6]) func theRateIsTheLinksWhereBytesWaitForIt(bytesPerSecond: Double) {
        var fed = Link(bytesPerSecond: bytesPerSecond, roundTrip: 0.001)
        for _ in 0..<60 { fed.sendOne(afterPauseOf: 0.1) }
        #expect(fed.estimate.bytesPerSecond != nil && !fed.estimate.isRateOfLink)
        _ = fed.run(for: 10)
        #expect(fed.estimate.isRateOfLink)
    }

    /// As when a phone changes from one network to another.
    @Test(arguments: [(0.05, 0.6), (0.6, 0.05)]) func roundTripsMayChange(before: Double, after: Double) {
        var link = Link(bytesPerSecond: 500_000, roundTrip: before)
        _ = link.run(for: 60)
        link.roundTrip = after
        _ = link.run(for: 60)
        #expect(link.run(for: 60) > 0.95)
        #expect(abs((link.estimate.roundTrip ?? 0) - after) < 0.15, "\(link.estimate.roundTrip ?? 0)")
    }

    @Test(arguments: [(50_000.0, 2e6), (2e6, 50_000.0)]) func ratesMayChange(before: Double, after: Double) {
        var link = Link(bytesPerSecond: before, roundTrip: 0.3)
        _ = link.run(for: 60)
        link.bytesPerSecond = after
        _ = link.run(for: 30)
        #expect(link.run(for: 30) > 0.95)
        #expect(Double(link.estimate.window) < 2 * after * 0.3 + after * 0.5 + 16_384)
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

    @Test func nothingIsKnownBeforeAnythingArrives() {
        var estimate = LinkEstimate()
        estimate.sent(total: 1_000, at: .now)
        #expect(estimate.bytesPerSecond == nil && estimate.roundTrip == nil)
        #expect(estimate.window == FirstFlight.creditBytes && estimate.chunkBytes == FirstFlight.chunkBytes)
    }
}
