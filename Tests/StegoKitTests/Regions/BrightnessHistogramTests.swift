import TestSupport
import Testing

@testable import StegoKit

@Suite struct BrightnessHistogramTests {
    /// Against a search over all pairs of thresholds, with the variances of the definition.
    @Test func thresholdsAreThoseOfTheDefinition() throws {
        try forEachSeed(0..<40) { generator, seed in
            let levels = (0..<200).map { _ in UInt16([0, 40, 90][generator.below(3)] + generator.below(25)) }
            let histogram = BrightnessHistogram(levels)
            let found = try #require(histogram.threeClasses(upTo: 200))
            func within(_ first: Int, _ second: Int) -> Double {
                [0..<first, first..<second, second..<300].reduce(0) { sum, range in
                    let part = levels.map(Int.init).filter(range.contains).map(Double.init)
                    guard !part.isEmpty else { return sum }
                    let mean = part.reduce(0, +) / Double(part.count)
                    return sum + part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                }
            }
            let least = (1..<115).flatMap { first in (first + 1..<116).map { within(first, $0) } }.min() ?? 0
            #expect(abs(within(found.middle, found.upper) - least) < 1e-6 * least, seed)
        }
    }

    @Test func quantiles() {
        let histogram = BrightnessHistogram([1, 1, 2, 5, 5, 5, 5, 5, 9, 9])
        #expect([0, 0.2, 0.21, 0.5, 0.8, 0.81, 1].map { histogram.quantile($0) } == [1, 1, 2, 5, 5, 9, 9])
        #expect(histogram.quantile(0.5, within: 2..<6) == 5)
        #expect(histogram.quantile(0.5, within: 6..<9) == nil)
        #expect(BrightnessHistogram([]).quantile(0.5) == nil)
        #expect(BrightnessHistogram([7, 7]).threeClasses(upTo: 7) == nil)
        #expect(BrightnessHistogram([7, 8]).threeClasses(upTo: 8) == nil)
    }

    @Test func whatWasNotMeasured() {
        let air = Array(repeating: UInt16(1000), count: 50) + Array(1001...2000)
        #expect(BrightnessHistogram(Array(repeating: 0, count: 100) + air).unmeasuredLevel == 0)
        // Near the others, or hardly ever there.
        #expect(BrightnessHistogram(Array(repeating: 990, count: 100) + air).unmeasuredLevel == nil)
        #expect(BrightnessHistogram([0] + air).unmeasuredLevel == nil)
        #expect(BrightnessHistogram([5, 5]).unmeasuredLevel == nil)
    }
}
