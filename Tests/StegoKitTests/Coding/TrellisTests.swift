import TestSupport
import Testing

@testable import StegoKit

@Suite("Trellis")
struct TrellisTests {
    static let kernels = TrellisKernel.allCases.filter(\.isSupported)

    @Test("the reference finds the cheapest of all words with the syndrome, and none where there is none")
    func referenceIsOptimal() {
        forEachSeed(0..<80) { generator, seed in
            let elements = 1 + generator.below(12)
            let problem = generator.problem(
                height: 7 + generator.below(6), elements: elements, bits: 1 + generator.below(elements))
            let costs = exactCosts(generator.quantisedCosts(elements, below: 20, wetShare: 0.3))
            var cheapest = Double.infinity
            for word in 0..<1 << elements {
                let changes = (0..<elements).map { UInt8(word >> $0 & 1) }
                guard problem.syndrome(of: changes) == problem.syndrome else { continue }
                cheapest = min(cheapest, sum(costs, over: changes))
            }
            let found = ReferenceTrellis.cheapestChanges(problem, costs: costs)
            #expect((found != nil) == (cheapest < .infinity), seed)
            if let found {
                #expect(problem.syndrome(of: found) == problem.syndrome, seed)
                #expect(sum(costs, over: found) == cheapest, seed)
            }
        }
    }

    @Test("every version of the loops gives the reference's changes, bit for bit", arguments: kernels, 7...12)
    func kernelsEqualReference(kernel: TrellisKernel, height: Int) {
        var (solved, unsolvable) = (0, 0)
        forEachSeed(0..<20) { generator, seed in
            let elements = 1 + generator.below(60_000 >> height)
            let problem = generator.problem(height: height, elements: elements, bits: 1 + generator.below(elements))
            let bound = [2, 30, 1_000][generator.below(3)]
            let costs = generator.quantisedCosts(elements, below: bound, wetShare: [0, 0.1, 0.5][generator.below(3)])
            let expected = ReferenceTrellis.cheapestChanges(problem, costs: exactCosts(costs))
            #expect(VectorTrellis.cheapestChanges(problem, costs: costs, kernel: kernel) == expected, seed)
            if expected == nil { unsolvable += 1 } else { solved += 1 }
        }
        #expect(solved > 0)
    }

    @Test("settling on the way changes nothing: any memory gives the same word", arguments: kernels)
    func memoryMakesNoDifference(kernel: TrellisKernel) {
        forEachSeed(0..<20) { generator, seed in
            let problem = generator.problem(height: 7 + generator.below(2), elements: 3_000, bits: 100 + generator.below(1_500))
            let costs = generator.quantisedCosts(3_000, below: 500, wetShare: 0.05)
            let ample = VectorTrellis.cheapestChanges(problem, costs: costs, kernel: kernel)
            let tight = VectorTrellis.cheapestChanges(
                problem, costs: costs, kernel: kernel, memory: TrellisMemory(start: 1, limit: 1 << 20))
            #expect(tight == ample, seed)
            #expect(ample == ReferenceTrellis.cheapestChanges(problem, costs: exactCosts(costs)), seed)
        }
    }

    @Test("too little memory costs distortion, never the message")
    func memoryLimitKeepsTheSyndrome() throws {
        try forEachSeed(0..<20) { generator, seed in
            let problem = generator.problem(height: 8, elements: 2_000, bits: 500)
            let costs = generator.quantisedCosts(2_000, below: 500, wetShare: 0)
            // Decisions of some six blocks: less than the height, so that ways seldom meet.
            let bound = try #require(
                VectorTrellis.cheapestChanges(problem, costs: costs, memory: TrellisMemory(start: 1_200, limit: 1_200)), seed)
            #expect(problem.syndrome(of: bound) == problem.syndrome, seed)
            let free = try #require(VectorTrellis.cheapestChanges(problem, costs: costs), seed)
            #expect(sum(exactCosts(costs), over: bound) >= sum(exactCosts(costs), over: free), seed)
        }
    }

    @Test("a sum beyond 16 bits is no solution, and wet elements stay, however large the costs")
    func saturation() {
        forEachSeed(0..<40) { generator, seed in
            let problem = generator.problem(height: 7, elements: 400, bits: 150)
            let costs = generator.quantisedCosts(400, below: 65_535, wetShare: 0.2)
            for kernel in Self.kernels {
                guard let changes = VectorTrellis.cheapestChanges(problem, costs: costs, kernel: kernel) else { continue }
                #expect(problem.syndrome(of: changes) == problem.syndrome, seed)
                #expect(zip(changes, costs).allSatisfy { $0 == 0 || $1 != .max }, seed)
            }
        }
    }

    @Test("the syndrome is the product with the matrix as docs/coding.md describes it")
    func syndrome() {
        forEachSeed(0..<40) { generator, seed in
            let height = 7 + generator.below(6)
            let elements = 1 + generator.below(600)
            let problem = generator.problem(height: height, elements: elements, bits: 1 + generator.below(elements))
            let bits = generator.bits(elements)
            var product = [UInt8](repeating: 0, count: problem.placement.blockCount)
            for block in product.indices {
                let range = block * elements / product.count..<(block + 1) * elements / product.count
                for (element, column) in zip(range, SubmatrixColumns.columns(height: height, width: range.count)) {
                    for row in 0..<height where block + row < product.count {
                        product[block + row] ^= bits[element] & UInt8(column >> (height - 1 - row) & 1)
                    }
                }
            }
            #expect(problem.syndrome(of: bits) == product, seed)
        }
    }

    @Test("blocks follow one another without gaps, in two widths, for any lengths")
    func placement() {
        forEachSeed(0..<200) { generator, seed in
            let elements = 1 + generator.below(5_000)
            let blocks = 1 + generator.below(elements)
            let placement = BlockPlacement(elementCount: elements, blockCount: blocks)
            let ranges = (0..<blocks).map(placement.elements(of:))
            #expect(ranges.first?.lowerBound == 0, seed)
            #expect(ranges.last?.upperBound == elements, seed)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }, seed)
            #expect(ranges.allSatisfy { (0...1).contains($0.count - elements / blocks) }, seed)
            #expect(ranges.enumerated().allSatisfy { $1.lowerBound == $0 * elements / blocks }, seed)
        }
    }

    @Test("columns begin and end with 1 and differ from one another", arguments: 7...12)
    func columns(height: Int) {
        let distinct = SubmatrixColumns.distinctCount(height: height)
        for width in Array(1...40) + [distinct - 1, distinct, distinct + 1, 3 * distinct] {
            let columns = SubmatrixColumns.columns(height: height, width: width)
            #expect(columns.count == width)
            #expect(columns.allSatisfy { $0 & 1 == 1 && $0 >> (height - 1) == 1 })
            #expect(Set(columns).count == min(width, distinct), "height \(height), width \(width)")
        }
    }
}
