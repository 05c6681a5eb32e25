/// The samples that carry bits, their numbers of bits, and the Hamming code over them: all that the extractor needs besides the number of
/// bits.
struct HammingPlan: Equatable {
    /// Most bits a sample.
    static let largestDepth = 3
    static let byteCount = 4

    /// k of the [2^k − 1, k] code.
    var parameter: Int
    /// A sample in a block at least this strong carries a bit, twice as strong two, four times as strong three.
    var threshold: Int
    /// Most bits a sample carries under this plan, 1 … 3.
    var depth: Int

    /// Bits that a sample carries.
    ///
    /// - Parameter limit: what the sample's run of levels allows.
    @inline(__always)
    func bits(strength: UInt16, limit: Int) -> Int {
        let strength = Int(strength)
        guard strength >= threshold else { return 0 }
        guard strength >= 2 * threshold else { return min(1, limit) }
        return min(strength >= 4 * threshold ? depth : min(depth, 2), limit)
    }

    /// Elements that carry so many bits.
    func elementCount(bitCount: Int) -> Int { (bitCount + parameter - 1) / parameter * ((1 << parameter) - 1) }

    var encoded: [UInt8] { [UInt8(parameter)] + DetailReader.bytes(threshold, 2) + [UInt8(depth)] }

    /// - Returns: nil for numbers that no embedder writes.
    init?(_ reader: inout DetailReader) {
        (parameter, threshold, depth) = (reader.number(1), reader.number(2), reader.number(1))
        guard HammingCode.parameters.contains(parameter), (1...Self.largestDepth).contains(depth) else { return nil }
    }

    init(parameter: Int, threshold: Int, depth: Int) {
        self.parameter = parameter
        self.threshold = threshold
        self.depth = depth
    }
}

extension LevelRuns {
    /// How many of its low bits a level can give away and stay in its run, at most three: 2^bits neighbours have all combinations of them.
    @inline(__always)
    func depthLimit(of level: Int) -> Int {
        let run = run(of: level)
        let length = run.last - run.first + 1
        return length >= 8 ? 3 : length >= 4 ? 2 : 1
    }
}

/// Finds the plan that hides a number of bits at least cost.
///
/// For each depth and each Hamming code, the threshold is the highest with which the bits fit, edges first. Of these plans the one with
/// the least expected cost is taken, where changing a bit of place p costs 4^p / (1 + strength): squared error, the less visible the
/// stronger the edge. So a small payload goes to the strongest edges; a larger one goes on to weaker ones or to second and third bits,
/// whichever shows less.
struct HammingPlanner {
    /// How many samples of each depth limit have at least a given strength, and their 1 / (1 + strength) together.
    private let counts: [[Int]]
    private let weights: [[Double]]
    private let largestStrength: Int

    init(_ samples: [HammingCarrier.Sample], maximumLevel: UInt16) {
        largestStrength = Int(maximumLevel)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: largestStrength + 2), count: HammingPlan.largestDepth)
        for sample in samples where sample.strength <= maximumLevel {
            counts[Int(sample.depthLimit) - 1][Int(sample.strength)] += 1
        }
        var weights = counts.map { $0.map { _ in 0.0 } }
        for limit in counts.indices {
            for strength in (0...largestStrength).reversed() {
                weights[limit][strength] = weights[limit][strength + 1] + Double(counts[limit][strength]) / Double(1 + strength)
                counts[limit][strength] += counts[limit][strength + 1]
            }
        }
        self.counts = counts
        self.weights = weights
    }

    /// - Returns: nil if so many bits do not fit.
    func plan(bitCount: Int) -> HammingPlan? {
        var best: (plan: HammingPlan, cost: Double)?
        for depth in 1...HammingPlan.largestDepth {
            for parameter in HammingCode.parameters {
                guard let plan = highestThreshold(depth: depth, parameter: parameter, bitCount: bitCount) else { break }
                let cost = expectedCost(plan, bitCount: bitCount)
                if cost < best?.cost ?? .infinity { best = (plan, cost) }
            }
        }
        return best?.plan
    }

    /// Bits that fit with the deepest and densest plan.
    var capacity: Int { elementCount(threshold: 0, depth: HammingPlan.largestDepth) }

    private func highestThreshold(depth: Int, parameter: Int, bitCount: Int) -> HammingPlan? {
        var plan = HammingPlan(parameter: parameter, threshold: 0, depth: depth)
        let needed = plan.elementCount(bitCount: bitCount)
        guard elementCount(threshold: 0, depth: depth) >= needed else { return nil }
        // The largest threshold at which the elements suffice; they become fewer as it rises.
        var upper = largestStrength + 1
        while upper - plan.threshold > 1 {
            let middle = (plan.threshold + upper) / 2
            if elementCount(threshold: middle, depth: depth) >= needed { plan.threshold = middle } else { upper = middle }
        }
        return plan
    }

    private func elementCount(threshold: Int, depth: Int) -> Int {
        places(threshold: threshold, depth: depth).reduce(0) { $0 + counts[$1.limit][$1.strength] }
    }

    private func expectedCost(_ plan: HammingPlan, bitCount: Int) -> Double {
        let places = places(threshold: plan.threshold, depth: plan.depth)
        let elements = elementCount(threshold: plan.threshold, depth: plan.depth)
        guard elements > 0 else { return 0 }
        let cost = places.reduce(0) { $0 + Double(1 << (2 * $1.place)) * weights[$1.limit][$1.strength] }
        let blocks = Double((bitCount + plan.parameter - 1) / plan.parameter)
        return blocks * (1 - 1 / Double(1 << plan.parameter)) * cost / Double(elements)
    }

    /// For each depth limit and each place below it: from which strength on samples of this limit carry in that place.
    private func places(threshold: Int, depth: Int) -> [(limit: Int, place: Int, strength: Int)] {
        (0..<HammingPlan.largestDepth).flatMap { limit in
            (0...min(depth - 1, limit)).map { place in
                (limit: limit, place: place, strength: min(threshold << place, largestStrength + 1))
            }
        }
    }
}
