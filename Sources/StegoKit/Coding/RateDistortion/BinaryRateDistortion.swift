import Foundation

/// The bound for embedding by flipping bits: each element either stays, free, or is flipped at its cost.
public struct BinaryRateDistortion: Sendable {
    private let costs: [Float]

    /// - Parameter costs: of flipping each element, at least 0; infinity where it must stay.
    public init(costs: [Float]) {
        self.costs = costs
    }

    /// The bound for a payload. Takes some ten passes over the costs.
    ///
    /// - Parameter bits: of the payload, at least 0.
    /// - Returns: nil if the payload exceeds one bit for each element that may be flipped.
    public func optimum(bits: Double) -> RateDistortionOptimum? {
        guard bits > 0 else { return RateDistortionOptimum(multiplier: .infinity, bits: 0, distortion: 0) }
        var (changeable, payable, sum) = (0, 0, 0.0)
        for cost in costs where cost < .infinity {
            changeable += 1
            guard cost > 0 else { continue }
            payable += 1
            sum += Double(cost)
        }
        return MultiplierSearch.optimum(
            bits: bits, largestEntropy: Double(changeable), typicalCost: payable > 0 ? sum / Double(payable) : nil, point: point)
    }

    /// With which probability the optimum flips each element: 1 / (1 + e^(λ·cost)), what a simulator of optimal embedding draws from.
    public func changeProbabilities(multiplier: Double) -> [Double] {
        costs.map { cost in
            guard cost < .infinity else { return 0 }
            guard cost > 0 else { return 0.5 }
            return 1 / (1 + exp(multiplier * Double(cost)))
        }
    }

    private func point(_ multiplier: Double) -> RateDistortionPoint {
        var point = RateDistortionPoint()
        for cost in costs where cost < .infinity {
            let exponent = multiplier * Double(cost)
            guard exponent < 700 else { continue }
            let weight = exp(-exponent)
            let probability = weight / (1 + weight)
            point.entropy += log1p(weight) + probability * exponent
            point.distortion += probability * Double(cost)
            point.variance += probability * (1 - probability) * Double(cost) * Double(cost)
        }
        return point
    }
}

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
