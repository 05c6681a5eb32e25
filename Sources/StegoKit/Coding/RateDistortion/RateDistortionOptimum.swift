import Foundation

/// The least distortion at which a payload can be hidden by any code at all, and the multiplier that belongs to it.
///
/// The payload-limited sender [Filler, Judas, Fridrich 2011, §II]: among all ways of changing at random whose entropy is the payload,
/// the one with least expected distortion changes each element independently with probabilities proportional to e^(−λ·cost).
public struct RateDistortionOptimum: Hashable, Sendable {
    /// λ, in units of 1 / cost.
    public let multiplier: Double
    /// The entropy of the changes in bits: the payload asked for, or more where free changes alone carry more.
    public let bits: Double
    /// The expected costs of the changes together: D_bound.
    public let distortion: Double

    /// 1 − D_bound / D of a code that took `distortion` for the same payload: the coding loss. 0 if nothing was to be paid.
    public func loss(of distortion: Double) -> Double { distortion > 0 ? 1 - self.distortion / distortion : 0 }
}

/// Entropy, expected distortion and slope at one multiplier, summed over all elements.
struct RateDistortionPoint {
    /// In nats.
    var entropy = 0.0
    var distortion = 0.0
    /// The variance of the costs, −∂distortion/∂λ, so that ∂entropy/∂λ = −λ·variance.
    var variance = 0.0
}

/// The search for the multiplier, common to binary and ternary choices.
enum MultiplierSearch {
    /// The multiplier whose entropy is `bits`, to one part in a million.
    ///
    /// - Parameters:
    ///   - bits: above 0.
    ///   - largestEntropy: at multiplier 0, in bits.
    ///   - typicalCost: where to begin: a positive, finite cost; nil if every change is free or impossible.
    ///   - point: sums over the elements at a multiplier.
    /// - Returns: nil if `bits` exceeds the largest entropy.
    static func optimum(
        bits: Double, largestEntropy: Double, typicalCost: Double?, point: (Double) -> RateDistortionPoint
    ) -> RateDistortionOptimum? {
        guard bits <= largestEntropy * (1 + 1e-12) else { return nil }
        guard let typicalCost else {
            // Nothing costs anything: any multiplier will do.
            return RateDistortionOptimum(multiplier: 1, bits: largestEntropy, distortion: 0)
        }
        // Entropy falls as λ grows. Newton steps in ln λ, kept between the bounds found so far.
        let wanted = bits * M_LN2
        var (low, high) = (log(1e-9 / typicalCost), log(1e9 / typicalCost))
        var position = log(3 / typicalCost)
        var found = point(exp(position))
        for _ in 0..<60 {
            if abs(found.entropy - wanted) <= 1e-6 * wanted { break }
            if found.entropy > wanted { low = position } else { high = position }
            if high - low < 1e-9 { break }
            let multiplier = exp(position)
            let slope = -multiplier * multiplier * found.variance
            // Entropy is nearly exponential in λ, so the step is taken on its logarithm.
            let step = slope < 0 && found.entropy > 0 ? log(wanted / found.entropy) * found.entropy / slope : .infinity
            position = position + step > low && position + step < high ? position + step : (low + high) / 2
            found = point(exp(position))
        }
        return RateDistortionOptimum(multiplier: exp(position), bits: found.entropy / M_LN2, distortion: found.distortion)
    }
}
