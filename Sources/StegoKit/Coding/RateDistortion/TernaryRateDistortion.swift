import Foundation

/// The bound for embedding by ±1: each element stays, free, or goes down or up by one at its own costs.
public struct TernaryRateDistortion: Sendable {
    private let down: [Float]
    private let up: [Float]

    /// - Parameters:
    ///   - down: costs of −1, at least 0; infinity where it must not be.
    ///   - up: costs of +1, as many.
    /// - Throws: ``CodingError`` (`invalidArguments`) if their numbers differ.
    public init(down: [Float], up: [Float]) throws(CodingError) {
        guard down.count == up.count else { throw .invalidArguments("\(down.count) costs of −1 and \(up.count) of +1") }
        self.down = down
        self.up = up
    }

    /// The bound for a payload. Takes some ten passes over the costs.
    ///
    /// - Parameter bits: of the payload, at least 0.
    /// - Returns: nil if the payload exceeds log₂ of the choices of all elements together.
    public func optimum(bits: Double) -> RateDistortionOptimum? {
        guard bits > 0 else { return RateDistortionOptimum(multiplier: .infinity, bits: 0, distortion: 0) }
        var (entropy, payable, sum) = (0.0, 0, 0.0)
        for (down, up) in zip(down, up) {
            switch (down < .infinity, up < .infinity) {
            case (true, true): entropy += log2(3)
            case (true, false), (false, true): entropy += 1
            case (false, false): continue
            }
            let least = min(down, up) > 0 ? min(down, up) : max(down, up)
            guard least > 0, least < .infinity else { continue }
            payable += 1
            sum += Double(least)
        }
        return MultiplierSearch.optimum(
            bits: bits, largestEntropy: entropy, typicalCost: payable > 0 ? sum / Double(payable) : nil, point: point)
    }

    /// With which probabilities the optimum changes each element, what a simulator of optimal embedding draws from.
    public func changeProbabilities(multiplier: Double) -> (down: [Double], up: [Double]) {
        func weight(_ cost: Float) -> Double {
            guard cost < .infinity else { return 0 }
            return cost > 0 ? exp(-multiplier * Double(cost)) : 1
        }
        var probabilities = (down: [Double](), up: [Double]())
        for (down, up) in zip(down, up) {
            let (downward, upward) = (weight(down), weight(up))
            let sum = 1 + downward + upward
            probabilities.down.append(downward / sum)
            probabilities.up.append(upward / sum)
        }
        return probabilities
    }

    private func point(_ multiplier: Double) -> RateDistortionPoint {
        var point = RateDistortionPoint()
        for (down, up) in zip(down, up) {
            let (downCost, upCost) = (Double(down), Double(up))
            let downWeight = down < .infinity ? exp(-multiplier * downCost) : 0
            let upWeight = up < .infinity ? exp(-multiplier * upCost) : 0
            let weights = downWeight + upWeight
            guard weights > 0 else { continue }
            let sum = 1 + weights
            let downward = downWeight > 0 ? downWeight / sum * downCost : 0
            let upward = upWeight > 0 ? upWeight / sum * upCost : 0
            let mean = downward + upward
            let square = (downward > 0 ? downward * downCost : 0) + (upward > 0 ? upward * upCost : 0)
            point.entropy += log1p(weights) + multiplier * mean
            point.distortion += mean
            point.variance += square - mean * mean
        }
        return point
    }
}
