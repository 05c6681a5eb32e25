import Foundation

/// The arithmetic of Sweet32: how soon blocks of 64 bits repeat (Bhargavan and Leurent: On the Practical (In-)Security of 64-bit Block Ciphers,
/// CCS 2016).
public enum Sweet32 {
    /// The probability that two of some random blocks are equal: 1 − exp(−n(n − 1)/2^(bits + 1)).
    public static func collisionProbability(blocks: Double, blockBits: Int = 64) -> Double {
        -expm1(-blocks * (blocks - 1) / pow(2, Double(blockBits + 1)))
    }

    /// How many bytes under one key give a repetition with some probability.
    ///
    /// - Parameter probability: above 0 and below 1.
    public static func byteCount(probability: Double, blockBits: Int = 64) -> Double {
        (-log1p(-probability) * pow(2, Double(blockBits + 1))).squareRoot() * Double(blockBits / 8)
    }
}

/// The cycle of the logistic map when its state has few bits.
public enum FiniteCycle {
    /// Steps until the state enters its cycle, and the cycle's length (Brent: An improved Monte Carlo factorization algorithm, 1980).
    ///
    /// - Parameters:
    ///   - bits: of the state, 8 … 40. Cycles have about 2^(bits / 2) states.
    ///   - seed: its low bits are the first state.
    public static func measure(bits: Int, seed: UInt64) -> (tail: Int, length: Int) {
        precondition((8...40).contains(bits), "a state of 8 to 40 bits")
        let mask = (UInt64(1) << UInt64(bits)) - 1
        func step(_ x: UInt64) -> UInt64 {
            let (high, low) = x.multipliedFullWidth(by: (0 &- x) & mask)
            return (high << UInt64(64 - bits) | low >> UInt64(bits)) << 2 & mask
        }
        var (power, length) = (1, 1)
        var (slow, fast) = (seed & mask, step(seed & mask))
        while slow != fast {
            if power == length {
                slow = fast
                power *= 2
                length = 0
            }
            fast = step(fast)
            length += 1
        }
        (slow, fast) = (seed & mask, seed & mask)
        for _ in 0..<length { fast = step(fast) }
        var tail = 0
        while slow != fast {
            (slow, fast) = (step(slow), step(fast))
            tail += 1
        }
        return (tail, length)
    }
}
