import SeededRandomness

extension SplitMix64 {
    /// A generator of its own for each combination of numbers, so that no result depends on the order in which work is done.
    public init(seed: UInt64, _ branches: UInt64...) {
        var state = seed
        for branch in branches {
            var mixed = SplitMix64(seed: state ^ (branch &* 0xD6E8_FEB8_6659_FD93))
            state = mixed.next()
        }
        self.init(seed: state)
    }
}
