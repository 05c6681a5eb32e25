/// Which planes of an image carry: all of them up to 2^24 samples, beyond that planes spread evenly over the image.
///
/// Depends on the geometry only, so that both sides agree. A position counts samples plane by plane, row by row over the carrier planes.
struct CarrierPlanes {
    /// A bound on time and memory for long multi-frame images; 2^24 samples hold far more than any record.
    static let maximumSampleCount = 1 << 24

    /// Indices into ``SamplePlanes/planes``, ascending.
    let indices: [Int]
    let rows: Int
    let columns: Int

    init(of planes: SamplePlanes) {
        rows = planes.rows
        columns = planes.columns
        let total = planes.planes.count
        let limit = max(1, Self.maximumSampleCount / max(1, planes.samplesPerPlane))
        let used = min(total, limit)
        indices = (0..<used).map { $0 * total / used }
    }

    var samplesPerPlane: Int { rows * columns }
    var sampleCount: Int { indices.count * samplesPerPlane }

    /// The plane and the index inside it of a position below ``sampleCount``.
    func locate(_ position: Int) -> (plane: Int, index: Int) {
        let (ordinal, index) = position.quotientAndRemainder(dividingBy: samplesPerPlane)
        return (indices[ordinal], index)
    }
}

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
