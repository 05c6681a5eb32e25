/// Chooses at random between up and down by one, so that changes leave no bias in the histogram.
struct StepDirections {
    private var state: UInt64
    private var bits: UInt64 = 0
    private var bitCount = 0

    init(key: InstanceKey) {
        state = EmbeddingKeyStream.directions.bytes(8, key: key).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A level one up or one down, inside the level's run. Every run has at least two levels, so there always is one.
    mutating func step(from level: UInt16, runs: LevelRuns) -> UInt16 {
        let run = runs.run(of: Int(level))
        let goesUp = Int(level) == run.first || (Int(level) < run.last && next())
        return goesUp ? level + 1 : level - 1
    }

    /// SplitMix64 [Steele et al. 2014]. It decides nothing that is secret.
    mutating func next() -> Bool {
        if bitCount == 0 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            (bits, bitCount) = (value ^ value >> 31, 64)
        }
        defer { (bits, bitCount) = (bits >> 1, bitCount - 1) }
        return bits & 1 == 1
    }
}
