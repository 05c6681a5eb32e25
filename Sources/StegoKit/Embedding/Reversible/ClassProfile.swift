/// The capacity and the cost of every bin in one complexity class.
struct ClassProfile {
    /// A pair of bins with what it carries in bits and costs in expected changes.
    struct Choice {
        var lowerBin: Int?
        var upperBin: Int?
        var bits: Float
        var cost: Float

        var isEmpty: Bool { lowerBin == nil && upperBin == nil }
    }

    private static let limit = PassParameters.binLimit
    private static let binCount = 2 * limit + 1

    let buckets: Range<Int>
    // Index 0 is bin −31.
    private var upperBits: [Float]
    private var upperCost: [Float]
    private var lowerBits: [Float]
    private var lowerCost: [Float]

    init(_ histogram: ErrorHistogram, buckets: Range<Int>) {
        self.buckets = buckets
        var counts = [[Float]](
            repeating: [Float](repeating: 0, count: SampleContext.errorCount), count: SampleContext.Room.allCases.count)
        for bucket in buckets {
            for room in SampleContext.Room.allCases {
                guard let errors = histogram.errors(bucket: bucket, room: room) else { continue }
                for (index, count) in errors.enumerated() where count > 0 {
                    counts[room.rawValue][index] += Float(count)
                }
            }
        }
        upperBits = [Float](repeating: 0, count: Self.binCount)
        (upperCost, lowerBits, lowerCost) = (upperBits, upperBits, upperBits)
        let (both, upOnly, downOnly) = (counts[0], counts[1], counts[2])
        let everywhere = (0..<SampleContext.errorCount).map { both[$0] + upOnly[$0] + downOnly[$0] }
        // Errors one below the lowest and one above the highest bin exist.
        let offset = SampleContext.errorLimit - Self.limit
        // A carrier changes half the time. Beyond the bin every sample moves; the few that cannot are counted all the same.
        var beyond = everywhere[(offset + Self.binCount)...].reduce(0, +)
        for index in (0..<Self.binCount).reversed() {
            upperBits[index] = both[index + offset] + upOnly[index + offset]
            upperCost[index] = upperBits[index] / 2 + beyond
            beyond += everywhere[index + offset]
        }
        beyond = everywhere[..<offset].reduce(0, +)
        for index in 0..<Self.binCount {
            lowerBits[index] = both[index + offset] + downOnly[index + offset]
            lowerCost[index] = lowerBits[index] / 2 + beyond
            beyond += everywhere[index + offset]
        }
    }

    /// The bins with least cost − multiplier × bits.
    func choice(multiplier: Float) -> Choice {
        var bestLower: (bin: Int?, value: Float) = (nil, 0)
        var best: (lower: Int?, upper: Int?, value: Float) = (nil, nil, 0)
        for index in 0..<Self.binCount {
            // The lower bin must lie below the upper one: `bestLower` knows the bins below `index` only.
            let upper = upperCost[index] - multiplier * upperBits[index] + bestLower.value
            if upper < best.value { best = (bestLower.bin, index - Self.limit, upper) }
            let lower = lowerCost[index] - multiplier * lowerBits[index]
            if lower < bestLower.value { bestLower = (index - Self.limit, lower) }
        }
        if bestLower.value < best.value { best = (bestLower.bin, nil, bestLower.value) }
        return evaluated(Choice(lowerBin: best.lower, upperBin: best.upper, bits: 0, cost: 0))
    }

    /// The same bins with this class's figures.
    func evaluated(_ choice: Choice) -> Choice {
        var result = Choice(lowerBin: choice.lowerBin, upperBin: choice.upperBin, bits: 0, cost: 0)
        if let bin = choice.upperBin {
            result.bits += upperBits[bin + Self.limit]
            result.cost += upperCost[bin + Self.limit]
        }
        if let bin = choice.lowerBin {
            result.bits += lowerBits[bin + Self.limit]
            result.cost += lowerCost[bin + Self.limit]
        }
        return result
    }

    /// The class of both; the other's buckets follow on this one's.
    func merged(with next: ClassProfile) -> ClassProfile {
        var result = ClassProfile(
            buckets: buckets.lowerBound..<next.buckets.upperBound, upperBits: upperBits, upperCost: upperCost, lowerBits: lowerBits,
            lowerCost: lowerCost)
        for index in 0..<Self.binCount {
            result.upperBits[index] += next.upperBits[index]
            result.upperCost[index] += next.upperCost[index]
            result.lowerBits[index] += next.lowerBits[index]
            result.lowerCost[index] += next.lowerCost[index]
        }
        return result
    }

    private init(buckets: Range<Int>, upperBits: [Float], upperCost: [Float], lowerBits: [Float], lowerCost: [Float]) {
        self.buckets = buckets
        self.upperBits = upperBits
        self.upperCost = upperCost
        self.lowerBits = lowerBits
        self.lowerCost = lowerCost
    }
}
