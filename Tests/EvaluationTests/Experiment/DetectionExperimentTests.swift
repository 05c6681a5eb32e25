import SeededRandomness
import Testing

@testable import Evaluation

@Suite("Splits and means")
struct GroupSplitTests {
    @Test("groups stay whole, nothing is lost, both halves have something")
    func whole() throws {
        for seed in UInt64(0)..<100 {
            var generator = SplitMix64(seed: seed)
            let groupCount = Int.random(in: 2...12, using: &generator)
            let groups =
                Array(0..<groupCount)
                + (0..<Int.random(in: 0...80, using: &generator)).map { _ in Int.random(in: 0..<groupCount, using: &generator) }
            let split = try #require(GroupSplit(groups: groups, seed: seed))
            #expect(Set(split.training.map { groups[$0] }).isDisjoint(with: split.testing.map { groups[$0] }), "seed \(seed)")
            #expect((split.training + split.testing).sorted() == Array(groups.indices), "seed \(seed)")
            #expect(!split.training.isEmpty && !split.testing.isEmpty, "seed \(seed)")
        }
        #expect(GroupSplit(groups: [3, 3, 3], seed: 1) == nil)
        #expect(GroupSplit(groups: [], seed: 1) == nil)
    }

    @Test("the interval of a mean over splits, worked by hand")
    func resampled() {
        let mean = ResampledMean([0.2, 0.3, 0.4], testToTraining: 1)
        // s² = 0.01, times 1/3 + 1, t of 2 degrees 4.303.
        #expect(abs(mean.mean - 0.3) < 1e-12)
        #expect(abs(mean.halfWidth - 4.303 * (0.01 * 4 / 3).squareRoot()) < 1e-9)
        #expect(ResampledMean([0.5]).halfWidth == .infinity)
        #expect(ResampledMean([]).mean.isNaN)
    }

    @Test("images are grouped by the coarsest level that leaves enough groups")
    func grouping() {
        func lineage(_ patient: Int, _ series: Int) -> Lineage { Lineage(patient: "\(patient)", series: "\(series)") }
        let manyPatients = Grouping(of: (0..<20).map { lineage($0 / 2, $0) })
        #expect(manyPatients.level == .patient && manyPatients.groupCount == 10)
        let manySeries = Grouping(of: (0..<20).map { lineage(0, $0 / 2) })
        #expect(manySeries.level == .series && manySeries.groupCount == 10)
        let oneSeries = Grouping(of: (0..<20).map { _ in lineage(0, 0) })
        #expect(oneSeries.level == .image && oneSeries.groupCount == 20)
        let anonymous = Grouping(of: (0..<9).map { _ in Lineage(patient: nil, series: nil) })
        #expect(anonymous.level == .patient && anonymous.groupCount == 9)
    }

    @Test("verdicts compare with guessing, not with one half")
    func verdicts() {
        let chance = ResampledMean([0.44, 0.46, 0.45, 0.47])
        #expect(Verdict(of: ResampledMean([0.45, 0.46, 0.44, 0.45]), chance: chance) == .atChance)
        #expect(Verdict(of: ResampledMean([0.36, 0.361, 0.36, 0.359]), chance: chance) == .weak)
        #expect(Verdict(of: ResampledMean([0.2, 0.201, 0.2, 0.2]), chance: chance) == .detectable)
        #expect(Verdict(of: ResampledMean([0.01, 0.0, 0.01, 0.0]), chance: chance) == .plain)
        #expect(Verdict(of: nil, chance: chance) == .unknown)
        #expect(Verdict(of: chance, chance: nil) == .unknown)
    }
}
