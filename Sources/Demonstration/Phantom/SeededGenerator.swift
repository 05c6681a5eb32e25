/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same study on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: what the user gave.
    ///   - stream: keeps uses of one seed apart (slice number, identifiers).
    init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = SeededGenerator(state: seed)
        state = mixer.next() &+ stream &* 0xD1B5_4A32_D192_ED03
    }

    /// The generator as published, with its state given.
    init(state: UInt64) {
        self.state = state
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A normal deviate of mean 0 and variance 1, as the sum of eight uniform ones (Irwin–Hall): only additions and one
    /// multiplication, so that it does not hang on a machine's `log` and `cos`. Reaches ±4.9.
    mutating func nextNormal() -> Float {
        var sum: UInt32 = 0
        for _ in 0..<2 {
            let word = next()
            sum += UInt32(truncatingIfNeeded: word & 0xFFFF) + UInt32(truncatingIfNeeded: (word >> 16) & 0xFFFF)
            sum += UInt32(truncatingIfNeeded: (word >> 32) & 0xFFFF) + UInt32(truncatingIfNeeded: word >> 48)
        }
        // Eight uniform deviates in 0 … 65535: mean 262 140, variance 8 · (65536² − 1) / 12.
        return (Float(sum) - 262_140) / 53_509.97
    }
}
