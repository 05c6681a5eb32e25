import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Ternary syndrome-trellis code")
struct TernaryTrellisCodeTests {
    /// Embeds, extracts, and checks every step.
    private func roundTrip(
        height: Int, _ message: [UInt8], _ levels: [UInt16], down: [Float], up: [Float], _ comment: Comment
    ) throws -> TernaryTrellisCode.Embedding {
        let code = try TernaryTrellisCode(constraintHeight: height)
        let embedding = try code.embed(message, into: levels, down: down, up: up)
        #expect(embedding.layerBits.total == message.count, comment)
        #expect(try code.extract(embedding.layerBits, from: embedding.levels) == message, comment)
        #expect(try code.extract(embedding.layerBits, from: embedding.levels.map { $0 % 4 + 400 }) == message, comment)
        var (changes, distortion) = (0, 0.0)
        for index in levels.indices where levels[index] != embedding.levels[index] {
            let step = Int(embedding.levels[index]) - Int(levels[index])
            #expect(abs(step) == 1, comment)
            let cost = step > 0 ? up[index] : down[index]
            #expect(cost < .infinity, comment)
            changes += 1
            distortion += Double(cost)
        }
        #expect(changes == embedding.changeCount, comment)
        #expect(abs(distortion - embedding.distortion) <= 1e-6 * max(1, distortion), comment)
        return embedding
    }

    @Test("extraction inverts embedding; steps are of one and never wet", arguments: CostProfile.allCases)
    func inverts(profile: CostProfile) throws {
        try forEachSeed(0..<30) { generator, seed in
            let elements = 200 + generator.below(1_000)
            let levels = (0..<elements).map { _ in UInt16(generator.below(6)) }
            let (down, up) = (profile.costs(elements, &generator), profile.costs(elements, &generator))
            // Level 0 cannot go down, whatever the costs say.
            let effectiveDown = zip(levels, down).map { $0 == 0 ? .infinity : $1 }
            _ = try roundTrip(
                height: 7 + generator.below(4), generator.bits(generator.below(elements / 2)), levels, down: effectiveDown, up: up, seed)
        }
    }

    @Test("at both ends of 16 bits, with the costs left finite")
    func rangeEnds() throws {
        var generator = SplitMix64(seed: 5)
        let levels = (0..<2_000).map { _ in generator.below(2) == 0 ? UInt16.min : .max }
        let costs = [Float](repeating: 1, count: 2_000)
        let embedding = try roundTrip(height: 9, generator.bits(800), levels, down: costs, up: costs, "ends")
        #expect(zip(levels, embedding.levels).allSatisfy { $0 == .min ? $1 <= 1 : $1 >= .max - 1 })
    }

    @Test("one direction only: all bits that can go to one layer do")
    func oneDirection() throws {
        var generator = SplitMix64(seed: 6)
        let wet = [Float](repeating: .infinity, count: 1_000)
        let odd = [UInt16](repeating: 7, count: 1_000)
        let up = try roundTrip(height: 8, generator.bits(300), odd, down: wet, up: generator.costs(1_000), "up from odd")
        #expect(up.layerBits == TernaryTrellisCode.LayerBits(secondLast: 300, last: 0))
        let down = try roundTrip(height: 8, generator.bits(300), odd, down: generator.costs(1_000), up: wet, "down from odd")
        #expect(down.layerBits == TernaryTrellisCode.LayerBits(secondLast: 0, last: 300))
    }

    @Test("more than a bit an element, and none at all")
    func payloads() throws {
        var generator = SplitMix64(seed: 8)
        let levels = (0..<3_000).map { _ in UInt16(100 + generator.below(50)) }
        let costs = [Float](repeating: 1, count: 3_000)
        for count in [0, 1, 30, 1_500, 3_000, 3_900] {
            _ = try roundTrip(height: 10, generator.bits(count), levels, down: costs, up: costs, "\(count) bits")
        }
        #expect(throws: CodingError.self) {
            _ = try TernaryTrellisCode(constraintHeight: 10).embed(generator.bits(4_800), into: levels, down: costs, up: costs)
        }
        #expect(throws: CodingError.infeasible(bitCount: 10, elements: 3_000)) {
            let wet = [Float](repeating: .infinity, count: 3_000)
            _ = try TernaryTrellisCode(constraintHeight: 10).embed(generator.bits(10), into: levels, down: wet, up: wet)
        }
    }

    @Test("comes as close to the ternary bound as the binary code to its own", arguments: [CostProfile.constant, .linear, .square])
    func loss(profile: CostProfile) throws {
        var generator = SplitMix64(seed: 9)
        let count = 65_536
        let levels = (0..<count).map { _ in UInt16(1_000 + generator.below(100)) }
        let (down, up) = (profile.costs(count, &generator), profile.costs(count, &generator))
        for rate in [0.1, 0.5] {
            let message = generator.bits(Int(rate * Double(count)))
            let embedding = try roundTrip(height: 10, message, levels, down: down, up: up, "rate \(rate)")
            let bound = try #require(try TernaryRateDistortion(down: down, up: up).optimum(bits: Double(message.count)))
            let loss = bound.loss(of: embedding.distortion)
            // What the binary code loses at half the rate.
            let code = try SyndromeTrellisCode(constraintHeight: 10)
            let half = try code.embed(Array(message.prefix(message.count / 2)), into: generator.bits(count), costs: down)
            let halfBound = try #require(BinaryRateDistortion(costs: down).optimum(bits: Double(message.count / 2)))
            #expect(loss > 0)
            #expect(abs(loss - halfBound.loss(of: half.distortion)) < 0.02, "\(profile), rate \(rate)")
        }
    }
}
