import SeededRandomness

/// The same seed gives the same study on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var numbers: SplitMix64

    /// - Parameters:
    ///   - seed: what the user gave.
    ///   - stream: keeps uses of one seed apart (slice number, identifiers).
    init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = SplitMix64(seed: seed)
        numbers = SplitMix64(seed: mixer.next() &+ stream &* 0xD1B5_4A32_D192_ED03)
    }

    mutating func next() -> UInt64 { numbers.next() }

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
