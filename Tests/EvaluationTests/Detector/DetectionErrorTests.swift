import SeededRandomness
import Testing

@testable import Evaluation

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
