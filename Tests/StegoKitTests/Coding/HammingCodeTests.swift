import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Hamming code")
struct HammingCodeTests {
    @Test("known answers of the [7, 4] code")
    func knownAnswers() throws {
        let code = try HammingCode(parameter: 3)
        #expect(code.blockLength == 7)
        #expect(code.syndrome(of: [0, 0, 0, 0, 0, 0, 0]) == 0)
        #expect(code.syndrome(of: [1, 0, 1, 1, 0, 0, 1]) == 1 ^ 3 ^ 4 ^ 7)
        // The columns of all seven add up to nothing.
        #expect(code.syndrome(of: [1, 1, 1, 1, 1, 1, 1]) == 0)
        let alike = [Float](repeating: 1, count: 7)
        #expect(try code.changes(toCarry: 5, insteadOf: 5, costs: alike) == [])
        #expect(try code.changes(toCarry: 6, insteadOf: 1, costs: alike) == [6])
        #expect(abs(code.changesPerBit - 7.0 / 24) < 1e-12)
    }

    @Test("any message in any block: at most one change when all cost the same")
    func oneChange() throws {
        for parameter in 1...6 {
            let code = try HammingCode(parameter: parameter)
            let alike = [Float](repeating: 1, count: code.blockLength)
            var generator = SplitMix64(seed: UInt64(parameter))
            var bits = generator.bits(code.blockLength)
            for message in 0...code.blockLength {
                let changes = try code.changes(toCarry: message, insteadOf: code.syndrome(of: bits), costs: alike)
                #expect(changes.count <= 1)
                for index in changes { bits[index] ^= 1 }
                #expect(code.syndrome(of: bits) == message)
            }
        }
    }

    @Test("with any costs: as cheap as the best one or two, and where there are none, as the best of all sets")
    func cheapest() throws {
        try forEachSeed(0..<100) { generator, seed in
            let code = try HammingCode(parameter: 3)
            let costs = (0..<7).map { _ in generator.below(2) == 0 ? Float.infinity : Float(generator.below(9)) }
            let (message, syndrome) = (generator.below(8), generator.below(8))
            func cost(_ set: [Int]) -> Float { set.reduce(0) { $0 + costs[$1] } }
            let sets = (0..<128).map { word in (0..<7).filter { word >> $0 & 1 == 1 } }
                .filter { $0.reduce(0) { $0 ^ ($1 + 1) } == message ^ syndrome }
            let small = sets.filter { $0.count <= 2 }.map(cost).min() ?? .infinity
            let least = small < .infinity ? small : sets.map(cost).min() ?? .infinity
            if least < .infinity {
                let changes = try code.changes(toCarry: message, insteadOf: syndrome, costs: costs)
                #expect(sets.contains(changes), seed)
                #expect(cost(changes) == least, seed)
            } else {
                #expect(throws: CodingError.infeasible(bitCount: 3, elements: 7), seed) {
                    try code.changes(toCarry: message, insteadOf: syndrome, costs: costs)
                }
            }
        }
    }

    @Test("what is not a code or not its block is an error")
    func invalidArguments() throws {
        #expect(throws: CodingError.self) { try HammingCode(parameter: 0) }
        #expect(throws: CodingError.self) { try HammingCode(parameter: 13) }
        let code = try HammingCode(parameter: 2)
        #expect(throws: CodingError.self) { try code.changes(toCarry: 4, insteadOf: 0, costs: [1, 1, 1]) }
        #expect(throws: CodingError.self) { try code.changes(toCarry: 1, insteadOf: -1, costs: [1, 1, 1]) }
        #expect(throws: CodingError.self) { try code.changes(toCarry: 1, insteadOf: 0, costs: [1, 1]) }
    }
}
