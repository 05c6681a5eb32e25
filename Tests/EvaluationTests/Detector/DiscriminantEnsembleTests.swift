import SeededRandomness
import Testing

@testable import Evaluation

@Suite("Ensemble of discriminants")
struct DiscriminantEnsembleTests {
    /// Pairs of correlated features; stego differs from its cover by `shift` in every third feature.
    private func pairs(count: Int, features: Int, shift: Float, seed: UInt64) throws -> FeaturePairs {
        var generator = SplitMix64(seed: seed)
        var (cover, stego) = (FeatureRows(featureCount: features), FeatureRows(featureCount: features))
        for _ in 0..<count {
            let common = Float.random(in: -1...1, using: &generator)
            let row = (0..<features).map { _ in common + Float.random(in: -1...1, using: &generator) }
            cover.append(row)
            let noise = (0..<features).map { _ in Float.random(in: -0.05...0.05, using: &generator) }
            stego.append(zip(row.indices, row).map { $1 + noise[$0] + ($0 % 3 == 0 ? shift : 0) })
        }
        let groups = (0..<count).map { $0 / 4 }
        return try #require(FeaturePairs(cover: cover, stego: stego, groups: groups, images: groups))
    }

    private func errors(_ pairs: FeaturePairs, splits: Int = 4) throws -> [DetectionExperiment.Outcome] {
        try (0..<splits).map { try #require(DetectionExperiment.run(pairs, split: $0, seed: 9)) }
    }

    @Test("finds what differs and guesses where nothing does")
    func finds() throws {
        let different = try errors(pairs(count: 120, features: 60, shift: 0.8, seed: 1))
        #expect(different.allSatisfy { $0.blockError < 0.1 && $0.imageError < 0.1 && $0.outOfBagError < 0.15 })
        let equal = try errors(pairs(count: 120, features: 60, shift: 0.8, seed: 1).exchangedAtRandom(seed: 4))
        #expect(equal.map(\.majorityError).reduce(0, +) / 4 > 0.4)
        #expect(equal.map(\.blockError).reduce(0, +) / 4 > 0.38)
    }

    @Test("a larger difference is found more surely")
    func order() throws {
        let means = try [Float(0.05), 0.2, 0.6].map { shift in
            try errors(pairs(count: 120, features: 60, shift: shift, seed: 2)).map(\.blockError).reduce(0, +) / 4
        }
        #expect(means[0] > means[1] && means[1] > means[2], "\(means)")
    }

    @Test("the seed determines everything")
    func deterministic() throws {
        let pairs = try pairs(count: 60, features: 40, shift: 0.3, seed: 3)
        #expect(DetectionExperiment.run(pairs, split: 2, seed: 5) == DetectionExperiment.run(pairs, split: 2, seed: 5))
        #expect(DetectionExperiment.run(pairs, split: 2, seed: 5) != DetectionExperiment.run(pairs, split: 3, seed: 5))
    }

    @Test("features that never vary, equal classes and too few groups are survived")
    func degenerate() throws {
        var constant = FeatureRows(featureCount: 3)
        for _ in 0..<10 { constant.append([1, 2, 3]) }
        let flat = try #require(FeaturePairs(cover: constant, stego: constant, groups: Array(0..<10), images: Array(0..<10)))
        let outcome = try #require(DetectionExperiment.run(flat, split: 0, seed: 1))
        #expect(outcome.blockError == 0.5 && outcome.majorityError == 0.5)
        let lonely = try #require(
            FeaturePairs(cover: constant, stego: constant, groups: Array(repeating: 0, count: 10), images: Array(0..<10)))
        #expect(DetectionExperiment.run(lonely, split: 0, seed: 1) == nil)
        #expect(FeaturePairs(cover: constant, stego: constant, groups: [0], images: [0]) == nil)
    }
}

@Suite("Detection error")
struct DetectionErrorTests {
    @Test("small cases by hand")
    func byHand() {
        #expect(DetectionError.minimum(cover: [0, 1, 2], stego: [3, 4, 5]) == 0)
        // The wrong way round is no better than guessing: a threshold has a direction.
        #expect(DetectionError.minimum(cover: [3, 4, 5], stego: [0, 1, 2]) == 0.5)
        #expect(DetectionError.minimum(cover: [1, 1, 1], stego: [1, 1, 1]) == 0.5)
        // Best threshold between 2 and 3: one of four covers above, one of four stegos below.
        #expect(DetectionError.minimum(cover: [0, 1, 2, 5], stego: [1, 3, 4, 6]) == 0.25)
        #expect(DetectionError.minimum(cover: [], stego: [1]) == 0.5)
    }

    @Test("equal scores cannot be parted")
    func ties() {
        #expect(abs(DetectionError.minimum(cover: [0, 1, 1], stego: [1, 1, 2]) - 1.0 / 3) < 1e-12)
    }

    @Test("the error at zero counts an undecided vote half")
    func atZero() {
        #expect(DetectionError.atZero(cover: [-1, -1, 0, 1], stego: [1, 1, 1, -1]) == (1.5 / 4 + 1.0 / 4) / 2)
        #expect(DetectionError.atZero(cover: [0], stego: [0]) == 0.5)
    }

    @Test("agrees with trying every threshold")
    func everyThreshold() {
        for seed in UInt64(0)..<50 {
            var generator = SplitMix64(seed: seed)
            let cover = (0..<15).map { _ in Double(Int.random(in: 0...9, using: &generator)) }
            let stego = (0..<11).map { _ in Double(Int.random(in: 2...11, using: &generator)) }
            let tried = stride(from: -1.0, through: 12, by: 0.5).map { threshold in
                (Double(cover.count { $0 > threshold }) / 15 + Double(stego.count { $0 <= threshold }) / 11) / 2
            }
            #expect(abs(DetectionError.minimum(cover: cover, stego: stego) - (tried.min() ?? 0)) < 1e-12, "seed \(seed)")
        }
    }
}
