import Testing

@testable import StegoKit

@Suite("Ternary syndrome-trellis code")
struct TernaryTrellisCodeTests {
    @Test("extraction inverts embedding; steps are of one and never wet")
    func inverts() throws {
        try forEachSeed(0..<40) { generator, seed in
            let code = try TernaryTrellisCode(constraintHeight: 7 + generator.below(2))
            let elements = 200 + generator.below(400)
            let message = generator.bits(generator.below(elements / 2))
            let levels = (0..<elements).map { _ in UInt16(generator.below(6)) }
            let (down, up) = (generator.costs(elements, wetShare: 0.1), generator.costs(elements, wetShare: 0.1))
            let embedding = try code.embed(message, into: levels, down: down, up: up)
            #expect(embedding.layerBits.total == message.count, seed)
            #expect(try code.extract(embedding.layerBits, from: embedding.levels) == message, seed)
            var (changes, distortion) = (0, 0.0)
            for index in levels.indices where levels[index] != embedding.levels[index] {
                let step = Int(embedding.levels[index]) - Int(levels[index])
                #expect(abs(step) == 1, seed)
                let cost = step > 0 ? up[index] : down[index]
                #expect(cost < .infinity, seed)
                changes += 1
                distortion += Double(cost)
            }
            #expect(changes == embedding.changeCount, seed)
            #expect(abs(distortion - embedding.distortion) < 1e-6, seed)
        }
    }
}
