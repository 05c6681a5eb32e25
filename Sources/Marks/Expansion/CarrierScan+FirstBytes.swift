extension CarrierScan {
    /// The modes whose first eight bits are `byte`, in the order in which a reader tries them: by threshold, then by spread.
    ///
    /// All spreads of a threshold are looked at in one pass: a carrier that one admits is admitted by all larger ones.
    func modes(beginningWith byte: UInt8, in samples: [Int32]) -> [ExpansionMode] {
        var found: [ExpansionMode] = []
        let spreadCount = ExpansionMode.spreads.count
        let (positions, predictions, spreadIndices) = (positions, predictions, spreadIndices)
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: spreadCount) { firstBits in
            for (thresholdIndex, threshold) in ExpansionMode.thresholds.enumerated() {
                // A one before the bits marks where they begin: eight of them are there once the ninth bit is set.
                firstBits.initialize(repeating: 1)
                var open = spreadCount
                for index in 0..<count {
                    guard Int(spreadIndices[index]) < open else { continue }
                    let error = samples[Int(positions[index])] &- predictions[index]
                    guard error >= -2 &* threshold, error < 2 &* threshold else { continue }
                    let bit = UInt16(truncatingIfNeeded: error & 1)
                    // Below `open`, which is at most the buffer's length.
                    for spreadIndex in Int(spreadIndices[index])..<open { firstBits[spreadIndex] = firstBits[spreadIndex] << 1 | bit }
                    while open > 0, firstBits[open - 1] & 0x100 != 0 { open -= 1 }
                    if open == 0 { break }
                }
                for spreadIndex in open..<spreadCount where UInt8(truncatingIfNeeded: firstBits[spreadIndex]) == byte {
                    found.append(ExpansionMode(thresholdIndex: thresholdIndex, spreadIndex: spreadIndex))
                }
            }
        }
        return found
    }
}
