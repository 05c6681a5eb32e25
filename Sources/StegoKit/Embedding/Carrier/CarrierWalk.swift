/// One sample that may carry.
struct CarrierSample: Hashable {
    /// Over the carrier planes, plane by plane, row by row.
    let position: Int
    /// Index into ``SamplePlanes/planes``.
    let plane: Int
    /// Index into the plane.
    let index: Int
}

/// The samples along the keyed path, from a step on, but for frozen ones (``LevelRuns``) and those under a mask.
///
/// Embedding changes neither which samples are frozen nor the mask, so both sides walk over the same ones.
struct CarrierWalk {
    let runs: LevelRuns
    private let carrier: CarrierPlanes
    private let path: KeyedPermutation
    /// For each sample of a plane, whether to pass over it; empty for none.
    private let isMasked: [Bool]
    /// How many steps of the path were walked.
    private(set) var step: Int

    init(planes: SamplePlanes, carrier: CarrierPlanes, path: KeyedPermutation, start: Int, mask: RegionMask? = nil) {
        runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        self.carrier = carrier
        self.path = path
        isMasked = mask?.samples ?? []
        step = start
    }

    /// The next sample, or nil at the end of the path.
    mutating func next(in planes: SamplePlanes) -> CarrierSample? {
        while step < path.count {
            let position = path(step)
            step += 1
            let (plane, index) = carrier.locate(position)
            if !isMasked.isEmpty, isMasked[index] { continue }
            if !runs.isForbidden(Int(planes.planes[plane][index])) {
                return CarrierSample(position: position, plane: plane, index: index)
            }
        }
        return nil
    }

    /// The next samples; fewer where the path ends.
    mutating func next(_ count: Int, in planes: SamplePlanes) -> [CarrierSample] {
        var samples: [CarrierSample] = []
        samples.reserveCapacity(min(count, path.count - step))
        while samples.count < count, let sample = next(in: planes) { samples.append(sample) }
        return samples
    }
}
