import Foundation
import StegoKit

/// The most payload bits that any code can hide for each changed sample, when every sample costs the same [Fridrich, Steganography in
/// Digital Media, 2010, ch. 8]. What a method reaches is to be read beside the bound of its own alphabet.
public enum EfficiencyBound {
    /// Samples that are flipped or not: α / H⁻¹(α). Infinite at 0.
    ///
    /// - Parameter relativePayload: bits a sample.
    /// - Returns: `nil` above 1 bit a sample, which no binary code carries.
    public static func binary(relativePayload: Double) -> Double? {
        guard relativePayload > 0 else { return .infinity }
        guard relativePayload <= 1 else { return nil }
        return relativePayload / Entropy.inverseBinary(relativePayload)
    }

    /// Samples that stay or go up or down by one: α / β where H(β) + β = α. Infinite at 0.
    ///
    /// - Returns: `nil` above log₂ 3 bits a sample.
    public static func ternary(relativePayload: Double) -> Double? {
        guard relativePayload > 0 else { return .infinity }
        guard relativePayload <= log2(3) else { return nil }
        var (low, high) = (0.0, 2.0 / 3)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Entropy.binary(middle) + middle < relativePayload { low = middle } else { high = middle }
        }
        return relativePayload / ((low + high) / 2)
    }
}
