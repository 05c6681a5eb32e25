import Foundation

/// Entropies in bits.
public enum Entropy {
    /// H(p) of a binary choice; 0 at both ends.
    public static func binary(_ probability: Double) -> Double {
        term(probability) + term(1 - probability)
    }

    /// The p in 0 … ½ with H(p) = `bits`; 0 and ½ beyond the ends.
    public static func inverseBinary(_ bits: Double) -> Double {
        guard bits > 0 else { return 0 }
        guard bits < 1 else { return 0.5 }
        var (low, high) = (0.0, 0.5)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if binary(middle) < bits { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// H(p, q, 1 − p − q) of a ternary choice.
    public static func ternary(_ first: Double, _ second: Double) -> Double {
        term(first) + term(second) + term(1 - first - second)
    }

    private static func term(_ probability: Double) -> Double { probability > 0 ? -probability * log2(probability) : 0 }
}
