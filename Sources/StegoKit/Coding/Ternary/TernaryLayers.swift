import Foundation

/// The costs of the two binary layers that make a ±1 choice, and how the message is shared between them.
struct TernaryLayers {
    /// How many elements λ and the shares are estimated from, and how many bits of the message at least: what little is carried at low
    /// rates is carried by the few cheapest elements.
    private static let sampleCount = 2_048
    private static let sampleBits = 64

    let levels: [UInt16]
    /// Costs of −1 and +1, infinite at the ends of what 16 bits hold.
    let down: [Float]
    let up: [Float]
    /// The share of the message that the optimal probabilities leave to the second-last bits.
    let firstLayerShare: Double
    /// ln((1 − p) / p) for the probability p of the step that flips the second-last bit, so that a binary code that is optimal for these
    /// costs flips with just that probability.
    let firstLayerCosts: [Float]

    /// - Parameter bitCount: of the message, at least 1.
    /// - Returns: nil if the choices have less entropy than `bitCount`.
    init?(levels: [UInt16], down: [Float], up: [Float], bitCount: Int) throws(CodingError) {
        var (down, up) = (down, up)
        for (index, level) in levels.enumerated() {
            if level == .min { down[index] = .infinity }
            if level == .max { up[index] = .infinity }
        }
        let count = min(levels.count, max(Self.sampleCount, Self.sampleBits * levels.count / bitCount))
        let sample = (0..<count).map { $0 * levels.count / count }
        let sampleBits = Double(bitCount) * Double(count) / Double(levels.count)
        var optimum = try TernaryRateDistortion(down: sample.map { down[$0] }, up: sample.map { up[$0] }).optimum(bits: sampleBits)
        // A message near the limit may be too long for the sample and yet fit the whole.
        if optimum == nil { optimum = try TernaryRateDistortion(down: down, up: up).optimum(bits: Double(bitCount)) }
        guard let optimum else { return nil }

        let multiplier = Float(optimum.multiplier)
        firstLayerShare = Self.firstLayerShare(sample.map { Self.steps(levels[$0], down[$0], up[$0]) }, multiplier: optimum.multiplier)
        let softened = SoftenedCost()
        firstLayerCosts = levels.indices.map { index in
            let (flipping, other) = Self.steps(levels[index], down[index], up[index])
            return multiplier * flipping + softened(multiplier * other)
        }
        (self.levels, self.down, self.up) = (levels, down, up)
    }

    /// In which direction a level goes when its last bit flips and its second-last bit does or does not.
    static func goesUp(from level: UInt16, flippingSecondLastBit: Bool) -> Bool { (level & 1 == 1) == flippingSecondLastBit }

    /// The last bits as the first layer left them.
    func lastBits(stepped: [Bool]) -> [UInt8] {
        zip(levels, stepped).map { UInt8($0 & 1) ^ ($1 ? 1 : 0) }
    }

    /// The cost of flipping the last bit alone; it is settled where the first layer took a step.
    func secondLayerCosts(stepped: [Bool]) -> [Float] {
        levels.indices.map { index in
            stepped[index] ? .infinity : Self.steps(levels[index], down[index], up[index]).other
        }
    }

    /// The costs of the step that flips the second-last bit, too, and of the other one.
    private static func steps(_ level: UInt16, _ down: Float, _ up: Float) -> (flipping: Float, other: Float) {
        goesUp(from: level, flippingSecondLastBit: true) ? (up, down) : (down, up)
    }

    /// H(flipping) as a share of the whole entropy, H(flipping) + (1 − P(flipping)) · H(other | not flipping).
    private static func firstLayerShare(_ steps: [(flipping: Float, other: Float)], multiplier: Double) -> Double {
        func weight(_ cost: Float) -> Double { cost < .infinity ? exp(-multiplier * Double(cost)) : 0 }
        var (first, second) = (0.0, 0.0)
        for step in steps {
            let (flipping, other) = (weight(step.flipping), weight(step.other))
            let probability = flipping / (1 + flipping + other)
            first += Entropy.binary(probability)
            second += (1 - probability) * Entropy.binary(other / (1 + other))
        }
        return first > 0 ? first / (first + second) : 0
    }
}

/// ln(1 + e^(−x)) for x ≥ 0, from a table with linear interpolation: within 0.000 2.
private struct SoftenedCost {
    private static let stepsPerUnit: Float = 16
    private static let limit: Float = 16
    private let table: [Float]

    init() {
        table = (0...Int(Self.limit * Self.stepsPerUnit) + 1).map { log1p(exp(-Float($0) / Self.stepsPerUnit)) }
    }

    func callAsFunction(_ x: Float) -> Float {
        guard x < Self.limit else { return 0 }
        let position = x * Self.stepsPerUnit
        let index = Int(position)
        return table[index] + (position - Float(index)) * (table[index + 1] - table[index])
    }
}
