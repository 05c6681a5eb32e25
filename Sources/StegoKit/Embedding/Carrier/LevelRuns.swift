import SeededRandomness

/// The levels that a sample may take: everything but the forbidden ones, so one or two runs. No sample ever leaves its run.
///
/// A level is as good as forbidden if the level with its last bit flipped is. So samples are frozen by whole pairs {2n, 2n + 1}, and which
/// samples can hold a bit in their last place (``ReservedSamples``) never changes by embedding.
struct LevelRuns {
    /// Forbidden levels as far as they exist, widened to whole pairs; else nil.
    let forbidden: ClosedRange<Int>?
    let maximum: Int

    /// - Parameter shift: levels are `sample >> shift`; a coarse level that holds any forbidden level is forbidden as a whole.
    init(bitsStored: Int, forbiddenLevels: ClosedRange<UInt16>?, shift: Int = 0) {
        let maximum = ((1 << bitsStored) - 1) >> shift
        self.maximum = maximum
        forbidden = forbiddenLevels.flatMap { levels in
            let first = Int(levels.lowerBound & ~1) >> shift
            return first > maximum ? nil : first...min(maximum, Int(levels.upperBound | 1) >> shift)
        }
    }

    @inline(__always)
    func isForbidden(_ level: Int) -> Bool { forbidden?.contains(level) ?? false }

    /// The first and last level of the run of a level that is not forbidden.
    @inline(__always)
    func run(of level: Int) -> (first: Int, last: Int) {
        guard let forbidden else { return (0, maximum) }
        return level < forbidden.lowerBound ? (0, forbidden.lowerBound - 1) : (forbidden.upperBound + 1, maximum)
    }

    /// All runs that have a level, ascending.
    var runs: [ClosedRange<Int>] {
        guard let forbidden else { return [0...maximum] }
        let below = forbidden.lowerBound > 0 ? [0...forbidden.lowerBound - 1] : []
        let above = forbidden.upperBound < maximum ? [forbidden.upperBound + 1...maximum] : []
        return below + above
    }
}

/// Chooses at random between up and down by one, so that changes leave no bias in the histogram.
struct StepDirections {
    /// It decides nothing that is secret.
    private var numbers: SplitMix64
    private var bits: UInt64 = 0
    private var bitCount = 0

    init(key: InstanceKey) {
        numbers = SplitMix64(seed: EmbeddingKeyStream.directions.bytes(8, key: key).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// A level one up or one down, inside the level's run. Every run has at least two levels, so there always is one.
    mutating func step(from level: UInt16, runs: LevelRuns) -> UInt16 {
        let run = runs.run(of: Int(level))
        let goesUp = Int(level) == run.first || (Int(level) < run.last && next())
        return goesUp ? level + 1 : level - 1
    }

    mutating func next() -> Bool {
        if bitCount == 0 { (bits, bitCount) = (numbers.next(), 64) }
        defer { (bits, bitCount) = (bits >> 1, bitCount - 1) }
        return bits & 1 == 1
    }
}
