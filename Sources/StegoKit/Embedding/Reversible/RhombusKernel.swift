/// Prediction and local complexity of a row of samples of one colour, from samples of the other colour only.
///
/// For a sample at row i, column j (rhombus prediction after Sachnev et al. 2009):
/// - prediction: the mean of the vertical pair rounded up, of the horizontal pair rounded up, and of both rounded down
/// - complexity: the sixteen differences |u − v| between diagonally adjacent samples of the other colour in the 5 × 5 neighbourhood,
///   each limited to 4095, added up
///
/// Neither changes when samples of the row's own colour change: that is why the extractor finds the same.
enum RhombusKernel {
    /// Distance from the image's edge within which no sample carries.
    static let border = 2

    /// Complexities fall into this many buckets: exact up to 8, then eight to the octave.
    static let bucketCount = 104
    /// The bucket of samples that must not carry.
    static let excludedBucket = UInt8(bucketCount)

    private static let differenceLimit: UInt16 = 4095

    /// Indices `k` of the samples that may carry in a packed row.
    static func carrierRange(columns: Int, parity: Int) -> Range<Int> {
        // Columns 2 ... columns − 3; column = 2k + parity, and both parities start at k = 1.
        let end = (columns - 3 - parity) >> 1 + 1
        return 1..<max(1, end)
    }

    /// The bucket of a complexity.
    @inline(__always)
    static func bucket(of complexity: UInt16) -> UInt8 {
        // The upper bits of a float are the exponent and the mantissa's first three bits: a logarithmic scale for nothing.
        let scaled = Float(UInt32(complexity) &+ 8).bitPattern &>> 20
        return UInt8(truncatingIfNeeded: scaled &- (127 + 3) << 3)
    }

    @inline(__always)
    private static func limitedDifference(_ left: UInt16, _ right: UInt16) -> UInt16 {
        min(max(left, right) &- min(left, right), differenceLimit)
    }

    @inline(__always)
    private static func meanUp(_ left: UInt16, _ right: UInt16) -> UInt16 {
        (left | right) &- (left ^ right) &>> 1
    }

    @inline(__always)
    private static func meanDown(_ left: UInt16, _ right: UInt16) -> UInt16 {
        (left & right) &+ (left ^ right) &>> 1
    }

    /// Fills `prediction[k]` and `bucket[k]` for every `k` in `range`.
    ///
    /// - Parameters:
    ///   - centre: the packed row of the other colour in the same image row. Rows two above to two below it, `stride` apart, must be
    ///     readable, which holds for image rows 2 ..< rows − 2.
    ///   - range: from ``carrierRange(columns:parity:)``; the indices k − 1 … k + 1 it leads to are then inside the packed rows.
    ///   - parity: of the carrying row.
    @inline(__always)
    static func compute(
        centre: UnsafePointer<UInt16>, stride: Int, range: Range<Int>, parity: Int,
        prediction: UnsafeMutablePointer<UInt16>, bucket: UnsafeMutablePointer<UInt8>
    ) {
        let above = centre - stride
        let below = centre + stride
        let left = centre + (parity - 1)
        let leftAbove = left - 2 * stride
        let leftBelow = left + 2 * stride
        for k in range {
            let north = above[k]
            let south = below[k]
            let west = left[k]
            let east = left[k &+ 1]
            prediction[k] = meanDown(meanUp(north, south), meanUp(west, east))
            let aboveWest = above[k &- 1]
            let aboveEast = above[k &+ 1]
            let belowWest = below[k &- 1]
            let belowEast = below[k &+ 1]
            var complexity = zigzag(aboveWest, leftAbove[k], north, leftAbove[k &+ 1], aboveEast)
            complexity &+= zigzag(aboveWest, west, north, east, aboveEast)
            complexity &+= zigzag(belowWest, west, south, east, belowEast)
            complexity &+= zigzag(belowWest, leftBelow[k], south, leftBelow[k &+ 1], belowEast)
            bucket[k] = Self.bucket(of: complexity)
        }
    }

    /// Four differences along a zigzag between two image rows. Sixteen of them add up to at most 16 × 4095 < 2^16.
    @inline(__always)
    private static func zigzag(_ first: UInt16, _ second: UInt16, _ third: UInt16, _ fourth: UInt16, _ fifth: UInt16) -> UInt16 {
        limitedDifference(first, second) &+ limitedDifference(second, third)
            &+ limitedDifference(third, fourth) &+ limitedDifference(fourth, fifth)
    }
}
