import Testing

@testable import StegoKit

@Suite("Syndrome-trellis code")
struct SyndromeTrellisCodeTests {
    @Test("extraction inverts embedding for any length, height and costs, and wet elements stay")
    func inverts() throws {
        try forEachSeed(0..<60) { generator, seed in
            let code = try SyndromeTrellisCode(constraintHeight: 7 + generator.below(3))
            let elements = 1 + generator.below(400)
            let message = generator.bits(generator.below(elements / 2 + 1))
            let cover = generator.bits(elements)
            let costs = generator.costs(elements, wetShare: 0.05)
            guard let embedding = try? code.embed(message, into: cover, costs: costs) else { return }
            #expect(try code.extract(bitCount: message.count, from: embedding.stego) == message, seed)
            let changed = cover.indices.filter { cover[$0] != embedding.stego[$0] }
            #expect(changed.count == embedding.changeCount, seed)
            #expect(changed.allSatisfy { costs[$0] < .infinity }, seed)
            #expect(abs(changed.reduce(0) { $0 + Double(costs[$1]) } - embedding.distortion) < 1e-6, seed)
        }
    }
}

extension SeededGenerator {
    mutating func bits(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(next() >> 40 & 1) } }

    /// Uniform costs in 0 ..< 1, some wet.
    mutating func costs(_ count: Int, wetShare: Double = 0) -> [Float] {
        (0..<count).map { _ in
            Double.random(in: 0..<1, using: &self) < wetShare ? .infinity : Float.random(in: 0..<1, using: &self)
        }
    }
}
