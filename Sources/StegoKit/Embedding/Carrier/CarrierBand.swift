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
    /// What of it lies in some rows. One of an image of another height stays as it is, for whoever checks that.
    fileprivate func band(_ band: Range<Int>, ofRows rows: Int) -> RegionOfInterest {
        guard self.rows == rows else { return self }
        let flags = Array(isInside[band.lowerBound * columns..<band.upperBound * columns])
        return RegionOfInterest(rows: band.count, columns: columns, isInside: flags) ?? self
    }
}
