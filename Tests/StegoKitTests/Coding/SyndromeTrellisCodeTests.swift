import Basics
import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Syndrome-trellis code")
struct SyndromeTrellisCodeTests {
    @Test("extraction inverts embedding for any lengths, heights and costs, and wet elements stay", arguments: CostProfile.allCases)
    func inverts(profile: CostProfile) throws {
        try forEachSeed(0..<40) { generator, seed in
            let code = try SyndromeTrellisCode(constraintHeight: 7 + generator.below(6))
            let elements = 100 + generator.below(2_000)
            // With a quarter wet, blocks of two or three leave too little choice somewhere.
            let message = generator.bits(generator.below(elements / (profile == .quarterWet ? 5 : 2)))
            let cover = generator.bits(elements)
            let costs = profile.costs(elements, &generator)
            let embedding = try code.embed(message, into: cover, costs: costs)
            #expect(try code.extract(bitCount: message.count, from: embedding.stego) == message, seed)
            let changed = cover.indices.filter { cover[$0] != embedding.stego[$0] }
            #expect(changed.count == embedding.changeCount, seed)
            #expect(changed.allSatisfy { costs[$0] < .infinity }, seed)
            let distortion = changed.reduce(0) { $0 + Double(costs[$1]) }
            #expect(abs(distortion - embedding.distortion) <= 1e-6 * max(1, distortion), seed)
        }
    }

    @Test("a bit for every element, one bit, and none")
    func extremes() throws {
        var generator = SplitMix64(seed: 1)
        let code = try SyndromeTrellisCode(constraintHeight: 10)
        let cover = generator.bits(300)
        let costs = generator.costs(300)
        for count in [0, 1, 2, 150, 299, 300] {
            let message = generator.bits(count)
            let embedding = try code.embed(message, into: cover, costs: costs)
            #expect(try code.extract(bitCount: count, from: embedding.stego) == message, "\(count) bits")
        }
        #expect(try code.embed([], into: cover, costs: costs).stego == cover)
    }

    @Test("16-bit costs lose nothing that could be measured against double precision", arguments: CostProfile.allCases)
    func quantisation(profile: CostProfile) throws {
        var generator = SplitMix64(seed: 7)
        let code = try SyndromeTrellisCode(constraintHeight: 7)
        for width in profile == .quarterWet ? [5, 20] : [2, 4, 20] {
            let cover = generator.bits(16_384)
            let message = generator.bits(16_384 / width)
            let costs = profile.costs(cover.count, &generator)
            var problem = TrellisProblem(
                constraintHeight: 7, placement: BlockPlacement(elementCount: cover.count, blockCount: message.count))
            problem.syndrome = zip(message, problem.syndrome(of: cover)).map { $0 ^ $1 }
            let exact = try #require(ReferenceTrellis.cheapestChanges(problem, costs: costs.map(Double.init)))
            let least = sum(costs.map(Double.init), over: exact)
            let embedding = try code.embed(message, into: cover, costs: costs)
            #expect(embedding.distortion >= least * (1 - 1e-6))
            // Where free elements carry nearly everything, what is left is too little for a ratio.
            #expect(embedding.distortion <= 1.002 * least + 1e-3, "\(profile), width \(width)")
        }
    }

    @Test("few bits in many elements: repeated columns change nothing but the time")
    func repeatedColumns() throws {
        try forEachSeed(0..<10) { generator, seed in
            let problem = generator.problem(height: 7, elements: 5_000 + generator.below(500), bits: 10 + generator.below(30))
            let costs = generator.quantisedCosts(problem.placement.elementCount, below: 3_000, wetShare: 0.9)
            let narrow = try #require(RepeatedColumns(problem, costs: costs), seed)
            let found = try #require(VectorTrellis.cheapestChanges(narrow.problem, costs: narrow.costs), seed)
            let direct = try #require(VectorTrellis.cheapestChanges(problem, costs: costs), seed)
            let widened = narrow.widened(found)
            #expect(problem.syndrome(of: widened) == problem.syndrome, seed)
            #expect(sum(exactCosts(costs), over: widened) == sum(exactCosts(costs), over: direct), seed)
        }
        var generator = SplitMix64(seed: 3)
        let code = try SyndromeTrellisCode(constraintHeight: 10)
        let cover = generator.bits(262_144)
        let message = generator.bits(262)
        let costs = CostProfile.linear.costs(cover.count, &generator)
        let embedding = try code.embed(message, into: cover, costs: costs)
        #expect(try code.extract(bitCount: 262, from: embedding.stego) == message)
        let bound = try #require(BinaryRateDistortion(costs: costs).optimum(bits: 262))
        #expect(bound.loss(of: embedding.distortion) < 0.35)
    }

    @Test("too many wet elements is an error of its own; what can be done is done")
    func infeasible() throws {
        var generator = SplitMix64(seed: 11)
        let code = try SyndromeTrellisCode(constraintHeight: 8)
        let cover = [UInt8](repeating: 0, count: 400)
        #expect(throws: CodingError.infeasible(bitCount: 40, elements: 400)) {
            try code.embed([UInt8](repeating: 1, count: 40), into: cover, costs: [Float](repeating: .infinity, count: 400))
        }
        // All wet, but the message is there already.
        #expect(
            try code.embed([UInt8](repeating: 0, count: 40), into: cover, costs: [Float](repeating: .infinity, count: 400)).changeCount == 0
        )
        // Fewer dry elements than bits.
        var few = [Float](repeating: .infinity, count: 400)
        for index in 0..<30 { few[index * 13] = 1 }
        #expect(throws: CodingError.self) { try code.embed(generator.bits(100), into: cover, costs: few) }
        // Dry elements whose costs differ by twelve decades, hardly more than bits: sums exceed 16 bits, and it goes all the same.
        let message = generator.bits(80)
        let costs = (0..<400).map { _ in generator.below(2) == 0 ? Float.infinity : generator.below(2) == 0 ? 1e-6 : 1e6 }
        let embedding = try code.embed(message, into: cover, costs: costs)
        #expect(try code.extract(bitCount: 80, from: embedding.stego) == message)
    }

    @Test("arguments that contradict each other are named")
    func invalidArguments() throws {
        #expect(throws: CodingError.self) { try SyndromeTrellisCode(constraintHeight: 6) }
        #expect(throws: CodingError.self) { try SyndromeTrellisCode(constraintHeight: 13) }
        let code = try SyndromeTrellisCode(constraintHeight: 7)
        let bits: [UInt8] = [0, 1, 0]
        #expect(throws: CodingError.messageTooLong(bitCount: 3, elements: 2)) { try code.embed(bits, into: [0, 0], costs: [1, 1]) }
        #expect(throws: CodingError.messageTooLong(bitCount: 4, elements: 3)) { try code.extract(bitCount: 4, from: bits) }
        for costs in [[1, 1], [1, -1, 1], [1, .nan, 1], [-.infinity, 1, 1]] as [[Float]] {
            #expect(throws: CodingError.self, "\(costs)") { try code.embed([1], into: bits, costs: costs) }
        }
        #expect(try code.extract(bitCount: 0, from: []) == [])
    }

    @Test(
        "comes as close to the bound as the reference coder",
        arguments: [(10, [0.155, 0.135, 0.105, 0.07]), (12, [0.13, 0.11, 0.085, 0.055])])
    func loss(height: Int, limits: [Double]) throws {
        let code = try SyndromeTrellisCode(constraintHeight: height)
        var generator = SplitMix64(seed: 4)
        for (rate, limit) in zip([0.05, 0.1, 0.25, 0.5], limits) {
            let elements = 262_144
            let message = generator.bits(Int(rate * Double(elements)))
            let costs = [Float](repeating: 1, count: elements)
            let embedding = try code.embed(message, into: generator.bits(elements), costs: costs)
            let loss = 1 - Double(elements) * Entropy.inverseBinary(rate) / embedding.distortion
            // One message: the number of changes varies by about a percent at the lowest rate.
            #expect(loss < limit + 0.01, "height \(height), rate \(rate)")
        }
    }

    @Test("known answers: the columns that stego files depend on", arguments: SyndromeTrellisCode.constraintHeights)
    func knownAnswers(height: Int) throws {
        let code = try SyndromeTrellisCode(constraintHeight: height)
        var generator = SplitMix64(seed: UInt64(height))
        let answers = try (1...30).map { width in
            let message = try code.extract(bitCount: 16, from: generator.bits(16 * width + width % 5))
            return message.reduce(0 as UInt16) { $0 << 1 | UInt16($1) }
        }
        #expect(hexadecimal(answers.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) == Self.knownAnswers[height])
    }

    /// For blocks of 1 … 30 elements, some of them mixed with wider ones: sixteen message bits each.
    private static let knownAnswers: [Int: String] = [
        7: "8d8260bd8d1f8b42378f1e6ac20721e234ff7aec6df020b2228c1b7493b6392276bd493c4890c8e8d88b7acab23f82027a32e49fc0cc7f176c5cff56",
        8: "80d5f6a72176c6302a6af65f23687eabfef89fc3e169696adf0444c77bf49515076b2e19107967d5035c12f17023c9d45a2674c8643e20fd4e24ecce",
        9: "27b3f3366fe19e6a48e5635f0321e393443163017437d8c8309e9f2f5f520f20e1393b9cfb17153438646dc98b9f34575a248387ef9ef1484b8c7839",
        10: "147c1629cc6c5d52be8f32eb031da1051cc55518be5fb518e609ae0f16f7bc9747a9af5f34b444eca716d801edbf4f45e0b8b5090cb2a797c4ebd18f",
        11: "0eae6773a33ee043139e7234d4485cb8a62e92bd61fce19b60bc5f9266922a63c4ed77bbad19d1495fc5dbc73ae8eb68463273a711f47f37f9c01087",
        12: "dbc55b96e88728d3867c50d6d8dd5538fac73b0ed5f18117ea3ae26e6c7a6227d6312d1da004da3e9eceb618d55b51bb531c0a638e8a225c91b0b628",
    ]
}
