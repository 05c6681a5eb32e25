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
        var generator = SeededGenerator(seed: 1)
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
        var generator = SeededGenerator(seed: 7)
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
        var generator = SeededGenerator(seed: 3)
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
        var generator = SeededGenerator(seed: 11)
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
        let message = generator.bits(120)
        let costs = (0..<400).map { _ in generator.below(2) == 0 ? Float.infinity : generator.below(2) == 0 ? 1e-6 : 1e6 }
        let embedding = try code.embed(message, into: cover, costs: costs)
        #expect(try code.extract(bitCount: 120, from: embedding.stego) == message)
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
}
