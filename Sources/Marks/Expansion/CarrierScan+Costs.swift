/// The cost of putting a number of bits into a block.
struct ModeCost: Equatable, Sendable {
    let mode: ExpansionMode
    /// Bits that the mode carries here.
    let capacity: Int
    /// Twice the expected sum of squared changes: bits are taken to be 0 as often as 1.
    let doubledDistortion: Int
}

extension CarrierScan {
    /// The modes that are allowed in a block, with what each carries and costs, by threshold and then by spread.
    ///
    /// A mode is not allowed where a sample that takes part would leave the range, equals the padding value or comes within 2T of it.
    ///
    /// The carriers are looked at once: no threshold tells errors beyond the largest threshold apart, so a count for each spread and each of
    /// 34 errors has all that the 95 modes ask for.
    func costs(in plane: SamplePlane) -> [ModeCost] {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: ExpansionMode.spreads.count * ErrorCounts.count) { counts in
            counts.initialize(repeating: 0)
            let forbidden = count(plane, into: counts)
            return Self.costs(counts, forbidden)
        }
    }

    /// Errors that thresholds tell apart: those that the largest one expands, and everything below and above.
    private enum ErrorCounts {
        static let largest = ExpansionMode.thresholds.last ?? 0
        static let count = Int(2 * largest + 2)
        /// Where an error of 0 is counted.
        static let middle = Int(largest + 1)
    }

    /// Counts errors by spread; returns for each threshold the least index of a spread with a sample that must not take part.
    private func count(_ plane: SamplePlane, into counts: UnsafeMutableBufferPointer<Int32>) -> [Int] {
        var forbidden = [Int](repeating: ExpansionMode.spreads.count, count: ExpansionMode.thresholds.count)
        let largest = ErrorCounts.largest
        // Farther inside no threshold moves a sample out of the range, nor into the padding value's neighbourhood.
        let (low, high) = (plane.range.lowerBound &+ largest, plane.range.upperBound &- largest)
        // Far from every sample where there is no padding.
        let padding = plane.padding ?? Int32.min / 2
        plane.samples.withUnsafeBufferPointer { samples in
            // Bounds: `fill` has found the positions in a plane of this size, and spread indices are below the spreads' count.
            for index in 0..<count {
                let (sample, spread) = (samples[Int(positions[index])], Int(spreadIndices[index]))
                let error = sample &- predictions[index]
                let place = ErrorCounts.middle &+ Int(min(max(error, -largest &- 1), largest))
                counts[spread &* ErrorCounts.count &+ place] &+= 1
                if sample < low || sample > high || abs(sample &- padding) <= 2 &* largest {
                    Self.forbid(sample, error, spread, plane, &forbidden)
                }
            }
        }
        return forbidden
    }

    private static func forbid(_ sample: Int32, _ error: Int32, _ spread: Int, _ plane: SamplePlane, _ forbidden: inout [Int]) {
        for (index, threshold) in ExpansionMode.thresholds.enumerated() where spread < forbidden[index] {
            let reach =
                if error >= threshold {
                    sample...sample &+ threshold
                } else if error < -threshold {
                    sample &- threshold...sample
                } else {
                    sample &+ min(error, 0)...sample &+ max(error &+ 1, 0)
                }
            let isNearPadding = plane.padding.map { abs(sample &- $0) <= 2 &* threshold } ?? false
            if reach.lowerBound < plane.range.lowerBound || reach.upperBound > plane.range.upperBound || isNearPadding {
                forbidden[index] = spread
            }
        }
    }

    private static func costs(_ counts: UnsafeMutableBufferPointer<Int32>, _ forbidden: [Int]) -> [ModeCost] {
        let (thresholds, spreadCount) = (ExpansionMode.thresholds, ExpansionMode.spreads.count)
        var costs: [ModeCost] = []
        costs.reserveCapacity(forbidden.reduce(0, +))
        // From the smallest threshold to the largest: each expands two errors more for every step, one on each side.
        var (capacities, distortions) = ([Int](repeating: 0, count: spreadCount), [Int](repeating: 0, count: spreadCount))
        let all = (0..<spreadCount).map { spread in (0..<ErrorCounts.count).reduce(0) { $0 + Int(counts[spread * ErrorCounts.count + $1]) }
        }
        var expanded = 0
        for (thresholdIndex, threshold) in thresholds.enumerated() {
            var (capacity, distortion) = (0, 0)
            for spread in 0..<spreadCount {
                for error in expanded..<Int(threshold) {
                    // e is 0 above and −1 below, 1 and −2, …: both change by e or e + 1, whichever is the bit.
                    let place = spread * ErrorCounts.count + ErrorCounts.middle
                    let carriers = Int(counts[place + error]) + Int(counts[place - error - 1])
                    capacities[spread] += carriers
                    distortions[spread] += carriers * (error * error + (error + 1) * (error + 1))
                }
                guard spread < forbidden[thresholdIndex] else { continue }
                capacity += capacities[spread]
                distortion += distortions[spread] + (all[spread] - capacities[spread]) * 2 * Int(threshold * threshold)
                let mode = ExpansionMode(thresholdIndex: thresholdIndex, spreadIndex: spread)
                costs.append(ModeCost(mode: mode, capacity: capacity, doubledDistortion: distortion))
            }
            expanded = Int(threshold)
        }
        return costs
    }
}
