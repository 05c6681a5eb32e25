import Foundation
import SeededRandomness
import Testing

@testable import StegoKit

@Suite("Rate–distortion bound")
struct RateDistortionTests {
    @Test("entropies and their inverse")
    func entropy() {
        #expect(Entropy.binary(0.5) == 1)
        #expect(Entropy.binary(0) == 0)
        #expect(abs(Entropy.binary(0.11) - 0.499_916) < 1e-6)
        #expect(abs(Entropy.ternary(1.0 / 3, 1.0 / 3) - log2(3)) < 1e-12)
        for bits in [0, 0.001, 0.05, 0.5, 0.99, 1] {
            #expect(abs(Entropy.binary(Entropy.inverseBinary(bits)) - bits) < 1e-9)
        }
    }

    @Test("constant costs: n·H⁻¹(α)")
    func constantProfile() throws {
        let costs = [Float](repeating: 3, count: 10_000)
        for rate in [0.01, 0.05, 0.1, 0.25, 0.5, 0.9] {
            let optimum = try #require(BinaryRateDistortion(costs: costs).optimum(bits: rate * 10_000))
            #expect(abs(optimum.distortion / (3 * 10_000 * Entropy.inverseBinary(rate)) - 1) < 1e-4)
            #expect(abs(optimum.bits / (rate * 10_000) - 1) < 1e-5)
        }
        // At capacity half of all bits flip, whatever the multiplier: the curve is flat there.
        let full = try #require(BinaryRateDistortion(costs: costs).optimum(bits: 10_000))
        #expect(abs(full.distortion / 15_000 - 1) < 2e-3)
        #expect(BinaryRateDistortion(costs: costs).optimum(bits: 10_001) == nil)
    }

    @Test("constant ternary costs: the p with H(p, p, 1 − 2p) = α")
    func constantTernary() throws {
        let costs = [Float](repeating: 1, count: 5_000)
        let bound = try TernaryRateDistortion(down: costs, up: costs)
        for rate in [0.05, 0.5, 1, 1.5] {
            let optimum = try #require(bound.optimum(bits: rate * 5_000))
            let share = optimum.distortion / 10_000
            #expect(abs(Entropy.ternary(share, share) - rate) < 1e-4)
        }
        #expect(bound.optimum(bits: 7_926) == nil)
    }

    @Test("any costs: the probabilities have the entropy and the distortion that are reported", arguments: CostProfile.allCases)
    func probabilities(profile: CostProfile) throws {
        var generator = SplitMix64(seed: 2)
        let (down, up) = (profile.costs(4_000, &generator), profile.costs(4_000, &generator))
        for bits in [40.0, 400, 2_500] {
            let binary = BinaryRateDistortion(costs: down)
            let optimum = try #require(binary.optimum(bits: bits))
            let flips = binary.changeProbabilities(multiplier: optimum.multiplier)
            #expect(abs(flips.reduce(0) { $0 + Entropy.binary($1) } - optimum.bits) < 1e-3 * optimum.bits)
            #expect(abs(expected(down, flips) - optimum.distortion) <= 1e-3 * optimum.distortion)
            #expect(optimum.bits >= bits * (1 - 1e-5))

            let ternary = try TernaryRateDistortion(down: down, up: up)
            let both = try #require(ternary.optimum(bits: bits))
            let steps = ternary.changeProbabilities(multiplier: both.multiplier)
            let entropy = zip(steps.down, steps.up).reduce(0) { $0 + Entropy.ternary($1.0, $1.1) }
            #expect(abs(entropy - both.bits) < 1e-3 * both.bits)
            #expect(abs(expected(down, steps.down) + expected(up, steps.up) - both.distortion) <= 1e-3 * both.distortion)
            #expect(both.distortion <= optimum.distortion * (1 + 1e-6))
        }
    }

    @Test("nothing to hide costs nothing; nowhere to hide it is no bound")
    func extremes() {
        let bound = BinaryRateDistortion(costs: [0, 1, .infinity])
        #expect(bound.optimum(bits: 0)?.distortion == 0)
        #expect(bound.optimum(bits: 2.5) == nil)
        #expect(BinaryRateDistortion(costs: []).optimum(bits: 1) == nil)
        #expect(BinaryRateDistortion(costs: [0, 0]).optimum(bits: 1)?.distortion == 0)
        #expect(RateDistortionOptimum(multiplier: 1, bits: 1, distortion: 3).loss(of: 4) == 0.25)
    }

    private func expected(_ costs: [Float], _ probabilities: [Double]) -> Double {
        zip(costs, probabilities).reduce(0) { $1.1 > 0 ? $0 + Double($1.0) * $1.1 : $0 }
    }
}
