import SeededRandomness

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
