extension CarrierScan {
    /// The modes whose first eight bits are `byte`, in the order in which a reader tries them: by threshold, then by spread.
    ///
    /// All of them are looked at in one pass: a carrier that a spread admits is admitted by all larger ones.
    func modes(beginningWith byte: UInt8, in samples: [Int32]) -> [ExpansionMode] {
        let (thresholds, spreadCount) = (ExpansionMode.thresholds, ExpansionMode.spreads.count)
        var found: [ExpansionMode] = []
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: thresholds.count * spreadCount) { firstBits in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: thresholds.count) { open in
                // A one before the bits marks where they begin: eight of them are there once the ninth bit is set.
                firstBits.initialize(repeating: 1)
                // Of each threshold the spreads that have fewer: all below this index.
                open.initialize(repeating: spreadCount)
                fill(firstBits, open, samples)
                for thresholdIndex in thresholds.indices {
                    for spreadIndex in open[thresholdIndex]..<spreadCount
                    where UInt8(truncatingIfNeeded: firstBits[thresholdIndex * spreadCount + spreadIndex]) == byte {
                        found.append(ExpansionMode(thresholdIndex: thresholdIndex, spreadIndex: spreadIndex))
                    }
                }
            }
        }
        return found
    }

    private func fill(_ firstBits: UnsafeMutableBufferPointer<UInt16>, _ open: UnsafeMutableBufferPointer<Int>, _ samples: [Int32]) {
        let spreadCount = ExpansionMode.spreads.count
        var mostOpen = spreadCount
        for index in 0..<count {
            let spreadIndex = Int(spreadIndices[index])
            // In a restless block only the smallest spreads stay open, and they admit hardly any carrier.
            guard spreadIndex < mostOpen else { continue }
            let error = samples[Int(positions[index])] &- predictions[index]
            let bit = UInt16(truncatingIfNeeded: error & 1)
            // From one threshold to the next it doubles.
            var (threshold, first) = (ExpansionMode.thresholds[0], 0)
            mostOpen = 0
            for thresholdIndex in 0..<open.count {
                if error >= -2 &* threshold, error < 2 &* threshold {
                    // Below `open`, which is at most the spreads' count.
                    for place in first &+ spreadIndex..<max(first &+ spreadIndex, first &+ open[thresholdIndex]) {
                        firstBits[place] = firstBits[place] << 1 | bit
                    }
                    while open[thresholdIndex] > 0, firstBits[first &+ open[thresholdIndex] &- 1] & 0x100 != 0 {
                        open[thresholdIndex] &-= 1
                    }
                }
                mostOpen = max(mostOpen, open[thresholdIndex])
                threshold <<= 1
                first &+= spreadCount
            }
            if mostOpen == 0 { break }
        }
    }
}
