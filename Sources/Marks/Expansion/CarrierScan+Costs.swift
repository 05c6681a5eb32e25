/// What it costs to put a number of bits into a block.
struct ModeCost: Equatable, Sendable {
    let mode: ExpansionMode
    /// Bits that the mode carries here.
    let capacity: Int
    /// Twice the expected sum of squared changes: bits are taken to be 0 as often as 1.
    let doubledDistortion: Int
}

extension CarrierScan {
    /// The modes that are allowed in a block, with what each carries and costs.
    ///
    /// A mode is not allowed where a sample that takes part would leave the range, equals the padding value or comes within 2T of it.
    /// - Parameter mostThresholds: how many of `ExpansionMode.thresholds` may be used.
    func costs(in plane: SamplePlane, mostThresholds: Int) -> [ModeCost] {
        let spreadCount = ExpansionMode.spreads.count
        var costs: [ModeCost] = []
        var (carriers, distortions) = ([Int](repeating: 0, count: spreadCount), [Int](repeating: 0, count: spreadCount))
        for (thresholdIndex, threshold) in ExpansionMode.thresholds.prefix(mostThresholds).enumerated() {
            let forbidden = tally(plane, threshold, &carriers, &distortions)
            var (capacity, distortion) = (0, 0)
            for spreadIndex in 0..<min(forbidden, spreadCount) {
                capacity += carriers[spreadIndex]
                distortion += distortions[spreadIndex]
                let mode = ExpansionMode(thresholdIndex: thresholdIndex, spreadIndex: spreadIndex)
                costs.append(ModeCost(mode: mode, capacity: capacity, doubledDistortion: distortion))
            }
        }
        return costs
    }

    /// Carriers and distortions of one threshold, by spread; returns the least index of a spread with a sample that must not take part.
    private func tally(_ plane: SamplePlane, _ threshold: Int32, _ carriers: inout [Int], _ distortions: inout [Int]) -> Int {
        let (low, high) = (plane.range.lowerBound, plane.range.upperBound)
        var forbidden = Int.max
        for index in carriers.indices { (carriers[index], distortions[index]) = (0, 0) }
        plane.samples.withUnsafeBufferPointer { samples in
            for index in 0..<count {
                let sample = samples[Int(positions[index])]
                let spread = Int(spreadIndices[index])
                let error = sample &- predictions[index]
                let least: Int32
                let greatest: Int32
                if error >= threshold {
                    (least, greatest) = (sample, sample &+ threshold)
                    distortions[spread] += 2 * Int(threshold) * Int(threshold)
                } else if error < -threshold {
                    (least, greatest) = (sample &- threshold, sample)
                    distortions[spread] += 2 * Int(threshold) * Int(threshold)
                } else {
                    (least, greatest) = (sample &+ min(error, 0), sample &+ max(error &+ 1, 0))
                    distortions[spread] += Int(error) * Int(error) + Int(error + 1) * Int(error + 1)
                    carriers[spread] += 1
                }
                let isNearPadding = plane.padding.map { abs(sample - $0) <= 2 * threshold } ?? false
                if least < low || greatest > high || isNearPadding { forbidden = min(forbidden, spread) }
            }
        }
        return forbidden
    }
}
