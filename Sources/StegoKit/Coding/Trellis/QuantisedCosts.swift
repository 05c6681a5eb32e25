import CTrellis

/// Costs as the 16-bit numbers that ``VectorTrellis`` calculates with.
///
/// The unit is a share of 1/λ, λ being the multiplier of the optimum for this payload (``RateDistortionOptimum``): 1/λ is the scale on
/// which costs decide whether an element changes. Costs far above it are all the same, costs far below it are as good as free.
struct QuantisedCosts {
    /// How fine the numbers are. Where wet elements leave so little choice that sums exceed 16 bits, a coarser one is tried.
    enum Resolution: CaseIterable {
        /// 96 units in 1/λ: no measurable loss.
        case fine
        /// 8 units in 1/λ.
        case coarse
        /// Every change that is not free costs 1: tells whether there is a solution at all.
        case counting

        fileprivate var unitsInScale: Float {
            switch self {
            case .fine: 96
            case .coarse: 8
            case .counting: 0
            }
        }

        /// The number of the dearest finite cost. Sums stay finite over more than h of them.
        fileprivate var ceiling: UInt16 {
            switch self {
            case .fine: 4_095
            case .coarse: 1_023
            case .counting: 1
            }
        }
    }

    /// How many costs λ is estimated from, and how many bits of the message at least.
    private static let sampleCount = 512
    private static let sampleBits = 16
    private let costs: [Float]
    private let multiplier: Float

    /// - Parameters:
    ///   - costs: at least 0; infinity for a wet element.
    ///   - bitCount: of the message, at least 1.
    init(_ costs: [Float], bitCount: Int) {
        self.costs = costs
        let count = min(costs.count, max(Self.sampleCount, Self.sampleBits * costs.count / bitCount))
        let sample = (0..<count).map { costs[$0 * costs.count / count] }
        multiplier = Self.multiplier(sample, bits: Double(sample.count) * Double(bitCount) / Double(costs.count))
    }

    /// 65 535 for wet elements, others in proportion; nil if a cost is negative or not a number.
    func values(_ resolution: Resolution) -> [UInt16]? {
        var valid = true
        let values = [UInt16](unsafeUninitializedCapacity: costs.count) { values, count in
            valid = CTrellis_quantise(
                costs, costs.count, multiplier * resolution.unitsInScale, resolution.ceiling, values.baseAddress)
            count = costs.count
        }
        return valid ? values : nil
    }

    /// λ of a sample; where that has no meaning, because free elements carry the message or there are not enough, one that
    /// resolves the costs there are.
    private static func multiplier(_ sample: [Float], bits: Double) -> Float {
        let payable = sample.filter { $0 > 0 && $0 < .infinity }.sorted()
        guard let median = payable.isEmpty ? nil : payable[payable.count / 2] else { return 1 }
        let free = sample.count { $0 == 0 }
        guard Double(free) < 0.9 * bits, let optimum = BinaryRateDistortion(costs: sample).optimum(bits: bits) else { return 4 / median }
        return Float(optimum.multiplier)
    }
}
