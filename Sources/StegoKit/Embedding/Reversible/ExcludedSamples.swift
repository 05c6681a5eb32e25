/// Samples that never carry in the reversible method: those that hold the parameters, and those under the mask of a region of interest.
struct ExcludedSamples {
    /// Carrier positions of single samples.
    let positions: [Int]
    /// For each sample of a plane, whether the mask covers it; empty without a mask.
    let isMasked: [Bool]

    init(positions: [Int], mask: RegionMask? = nil) {
        self.positions = positions
        isMasked = mask?.samples ?? []
    }

    init(_ found: ParameterBlock.Found) {
        self.init(positions: found.reserved.positions + found.wetPaper.map(\.position), mask: found.mask)
    }
}
