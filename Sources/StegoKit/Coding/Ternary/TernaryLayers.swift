import Foundation

/// The costs of the two binary layers that make a ±1 choice.
struct TernaryLayers {
    let levels: [UInt16]
    let down: [Float]
    let up: [Float]
    /// The bits that the optimal probabilities leave to the second-last bits.
    let firstLayerBits: Int
    /// ln((1 − p) / p) for the probability p of the step that flips the second-last bit, so that a binary code that is optimal for these
    /// costs flips with just that probability.
    let firstLayerCosts: [Float]

    /// - Returns: nil if the choices have less entropy than `bitCount`.
    init?(levels: [UInt16], down: [Float], up: [Float], bitCount: Int) throws(CodingError) {
        self.levels = levels
        var (down, up) = (down, up)
        for (index, level) in levels.enumerated() {
            if level == .min { down[index] = .infinity }
            if level == .max { up[index] = .infinity }
        }
        self.down = down
        self.up = up
        guard let optimum = try TernaryRateDistortion(down: down, up: up).optimum(bits: Double(bitCount)) else { return nil }
        var entropy = 0.0
        firstLayerCosts = levels.indices.map { index in
            let goesUp = Self.goesUp(from: levels[index], flippingSecondLastBit: true)
            let (flipping, other) = goesUp ? (up[index], down[index]) : (down[index], up[index])
            guard flipping < .infinity else { return .infinity }
            let otherWeight = other < .infinity ? exp(-optimum.multiplier * Double(other)) : 0
            let cost = optimum.multiplier * Double(flipping) + log1p(otherWeight)
            let probability = 1 / (1 + exp(cost))
            entropy += Entropy.binary(probability)
            return Float(cost)
        }
        firstLayerBits = min(bitCount, Int(entropy.rounded()))
    }

    /// In which direction a level goes when its last bit flips and its second-last bit does or does not.
    static func goesUp(from level: UInt16, flippingSecondLastBit: Bool) -> Bool { (level & 1 == 1) == flippingSecondLastBit }

    /// The last bits as the first layer left them.
    func lastBits(stepped: [Bool]) -> [UInt8] {
        zip(levels, stepped).map { UInt8($0 & 1) ^ ($1 ? 1 : 0) }
    }

    /// What flipping the last bit alone costs; it is settled where the first layer took a step.
    func secondLayerCosts(stepped: [Bool]) -> [Float] {
        levels.indices.map { index in
            guard !stepped[index] else { return .infinity }
            return Self.goesUp(from: levels[index], flippingSecondLastBit: false) ? up[index] : down[index]
        }
    }
}
