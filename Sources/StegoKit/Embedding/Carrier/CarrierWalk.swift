/// The planes of an image that carry: all of them up to 2^24 samples, beyond that planes spread evenly over the image.
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

/// The rows of an image whose planes have more samples than carry together: embedding takes these as the image, and leaves the others alone.
///
/// So memory and time of an embedding have a bound, however large the image is. Both sides find the band from the geometry.
extension SamplePlanes {
    /// Samples of the band.
    private static let bandSampleCount = 1 << 22

    /// The rows that may carry: all of them up to 2^24 samples a plane; beyond that as many as have 2^22 at most, in the middle of the image.
    var carryingRows: Range<Int> {
        guard samplesPerPlane > CarrierPlanes.maximumSampleCount else { return 0..<rows }
        let count = Self.bandSampleCount / columns
        let first = (rows - count) / 2
        return first..<first + count
    }

    /// The band as an image of its own, with its part of the region of interest; `nil` where all rows carry.
    var band: SamplePlanes? {
        let rows = carryingRows
        guard rows.count < self.rows else { return nil }
        let samples = rows.lowerBound * columns..<rows.upperBound * columns
        let planes = planes.map { Array($0[samples]) }
        guard
            var band = try? SamplePlanes(
                rows: rows.count, columns: columns, bitsStored: bitsStored, planes: planes, forbiddenLevels: forbiddenLevels)
        else { return nil }
        band.regionOfInterest = regionOfInterest?.band(rows, ofRows: self.rows)
        return band
    }

    /// Has `body` work on what carries, and puts back what it makes of it.
    mutating func withBand<Result>(
        _ body: (inout SamplePlanes) throws(EmbeddingError) -> Result
    ) throws(EmbeddingError) -> Result {
        guard var own = band else { return try body(&self) }
        let result = try body(&own)
        let start = carryingRows.lowerBound * columns
        for index in planes.indices {
            planes[index].withUnsafeMutableBufferPointer { plane in
                // Bounds: the band has the columns of this image, and its rows from `start` on.
                own.planes[index].withUnsafeBufferPointer {
                    _ = UnsafeMutableBufferPointer(rebasing: plane[start..<start + $0.count]).update(from: $0)
                }
            }
        }
        return result
    }
}

extension RegionOfInterest {
    /// The part of it that lies in some rows. One of an image of another height stays as it is, for whoever checks that.
    fileprivate func band(_ band: Range<Int>, ofRows rows: Int) -> RegionOfInterest {
        guard self.rows == rows else { return self }
        let flags = Array(isInside[band.lowerBound * columns..<band.upperBound * columns])
        return RegionOfInterest(rows: band.count, columns: columns, isInside: flags) ?? self
    }
}
