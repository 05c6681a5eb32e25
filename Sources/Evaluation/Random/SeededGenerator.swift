/// Random numbers that a seed determines on every machine (SplitMix64: Steele, Lea, Flood, OOPSLA 2014). Not for keys that protect anything.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// A generator of its own for each combination of numbers, so that no result depends on the order in which work is done.
    public init(seed: UInt64, _ branches: UInt64...) {
        state = seed
        for branch in branches {
            var mixed = SeededGenerator(seed: state ^ (branch &* 0xD6E8_FEB8_6659_FD93))
            state = mixed.next()
        }
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
