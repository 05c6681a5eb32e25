/// Prediction, local complexity and room of a row of samples of one colour; the first two from samples of the other colour only.
///
/// For a sample at row i, column j (rhombus prediction after Sachnev et al. 2009):
/// - prediction: the mean of the vertical pair rounded up, of the horizontal pair rounded up, and of both rounded down
/// - complexity: the sixteen differences |u − v| between diagonally adjacent samples of the other colour in the 5 × 5 neighbourhood,
///   each limited to 4095, added up
///
/// Neither changes when samples of the row's own colour change: that is why the extractor finds the same.
struct RhombusKernel {
    /// Distance from the image's edge within which no sample carries.
    static let border = 2

    /// Complexities fall into this many buckets: exact up to 8, then eight to the octave.
    static let bucketCount = 104
    /// A complexity that no sum reaches; its bucket is ``bucketCount``.
    static let excludedComplexity = UInt16.max

    private static let differenceLimit: UInt16 = 4095

    /// The lanes that every x86-64 and ARM64 processor adds in one instruction.
    typealias Lanes = SIMD8<UInt16>
    static let laneCount = Lanes.scalarCount

    private let firstRun: RunLanes
    private let secondRun: RunLanes
    private let forbiddenStart: Lanes
    private let forbiddenLength: Lanes
    private let hasForbidden: Bool

    init(_ runs: LevelRuns) {
        let allowed = runs.runs
        firstRun = RunLanes(allowed.first ?? 0...0)
        secondRun = RunLanes(allowed.last ?? 0...0)
        hasForbidden = runs.forbidden != nil
        forbiddenStart = Lanes(repeating: UInt16(runs.forbidden?.lowerBound ?? 0))
        forbiddenLength = Lanes(repeating: UInt16(runs.forbidden.map { $0.upperBound - $0.lowerBound } ?? 0))
    }

    /// Indices `k` of the samples that may carry in a packed row.
    static func carrierRange(columns: Int, parity: Int) -> Range<Int> {
        // Columns 2 ... columns − 3; column = 2k + parity, and both parities start at k = 1.
        let end = (columns - 3 - parity) >> 1 + 1
        return 1..<max(1, end)
    }

    /// The bucket of a complexity.
    @inline(__always)
    static func bucket(of complexity: UInt16) -> UInt16 {
        // The upper bits of a float are the exponent and the mantissa's first three bits: a logarithmic scale for nothing.
        let scaled = Float(UInt32(complexity) &+ 8).bitPattern &>> 20
        return UInt16(truncatingIfNeeded: scaled &- (127 + 3) << 3)
    }

    /// Computes ``SampleContext`` for every `k` in `range`, in two steps with ``finish(range:_:)``, between which samples can be excluded.
    ///
    /// - Parameters:
    ///   - own: the packed row.
    ///   - centre: the packed row of the other colour in the same image row. Rows two above to two below it, `stride` apart, must be
    ///     readable, which holds for image rows 2 ..< rows − 2. Behind the last row of either colour, `laneCount` elements must be readable.
    ///   - range: from ``carrierRange(columns:parity:)``; the indices k − 1 … k + 1 it leads to are then inside the packed rows.
    ///   - parity: of the carrying row.
    ///   - scratch: made for rows of this stride.
    func start(
        own: UnsafePointer<UInt16>, centre: UnsafePointer<UInt16>, stride: Int, range: Range<Int>, parity: Int,
        _ scratch: borrowing RowScratch
    ) {
        let (context, complexity) = (scratch.context, scratch.complexity)
        let above = centre - stride
        let below = centre + stride
        let left = centre + (parity - 1)
        let leftAbove = left - 2 * stride
        let leftBelow = left + 2 * stride
        for k in Swift.stride(from: range.lowerBound, to: range.upperBound, by: Self.laneCount) {
            let (north, south) = (Self.load(above, k), Self.load(below, k))
            let (west, east) = (Self.load(left, k), Self.load(left, k &+ 1))
            let (aboveWest, aboveEast) = (Self.load(above, k &- 1), Self.load(above, k &+ 1))
            let (belowWest, belowEast) = (Self.load(below, k &- 1), Self.load(below, k &+ 1))
            let sum =
                Self.zigzag(aboveWest, Self.load(leftAbove, k), north, Self.load(leftAbove, k &+ 1), aboveEast)
                &+ Self.zigzag(aboveWest, west, north, east, aboveEast)
                &+ Self.zigzag(belowWest, west, south, east, belowEast)
                &+ Self.zigzag(belowWest, Self.load(leftBelow, k), south, Self.load(leftBelow, k &+ 1), belowEast)
            let level = Self.load(own, k)
            let prediction = Self.meanDown(Self.meanUp(north, south), Self.meanUp(west, east))
            Self.store(Self.limitedError(level, prediction) &+ roomOffset(level), context, k)
            Self.store(hasForbidden ? sum | forbiddenMask(level) : sum, complexity, k)
        }
    }

    /// Adds the complexity's bucket. Excluded samples are those whose complexity was set to ``excludedComplexity``.
    func finish(range: Range<Int>, _ scratch: borrowing RowScratch) {
        let (context, complexity) = (scratch.context, scratch.complexity)
        for k in range {
            context[k] = context[k] &+ Self.bucket(of: complexity[k]) &* UInt16(SampleContext.errorCount)
        }
    }
}

extension RhombusKernel {
    /// A run of allowed levels in every lane.
    private struct RunLanes {
        let first: Lanes
        let last: Lanes

        init(_ run: ClosedRange<Int>) {
            first = Lanes(repeating: UInt16(run.lowerBound))
            last = Lanes(repeating: UInt16(run.upperBound))
        }
    }

    /// Room × room stride: 1 where the start of a run is less than two steps away, 2 where its end is.
    @inline(__always)
    private func roomOffset(_ level: Lanes) -> Lanes {
        let two = Lanes(repeating: 2)
        var nearFirst = (level &- firstRun.first) .< two
        var nearLast = (firstRun.last &- level) .< two
        if hasForbidden {
            nearFirst = nearFirst .| ((level &- secondRun.first) .< two)
            nearLast = nearLast .| ((secondRun.last &- level) .< two)
        }
        let stride = UInt16(SampleContext.roomStride)
        return Lanes.zero.replacing(with: stride, where: nearFirst) &+ Lanes.zero.replacing(with: 2 * stride, where: nearLast)
    }

    /// All ones where the level is forbidden: the excluded complexity.
    @inline(__always)
    private func forbiddenMask(_ level: Lanes) -> Lanes {
        Lanes.zero.replacing(with: Self.excludedComplexity, where: (level &- forbiddenStart) .<= forbiddenLength)
    }

    /// level − prediction, limited, plus the limit.
    @inline(__always)
    private static func limitedError(_ level: Lanes, _ prediction: Lanes) -> Lanes {
        let limit = Lanes(repeating: UInt16(SampleContext.errorLimit))
        let above = lesser(greater(level, prediction) &- prediction, limit)
        let below = lesser(greater(level, prediction) &- level, limit)
        return limit &+ above &- below
    }

    /// Four differences along a zigzag between two image rows. Sixteen of them add up to at most 16 × 4095 < 2^16 − 8.
    @inline(__always)
    private static func zigzag(_ first: Lanes, _ second: Lanes, _ third: Lanes, _ fourth: Lanes, _ fifth: Lanes) -> Lanes {
        limitedDifference(first, second) &+ limitedDifference(second, third)
            &+ limitedDifference(third, fourth) &+ limitedDifference(fourth, fifth)
    }

    @inline(__always)
    private static func limitedDifference(_ left: Lanes, _ right: Lanes) -> Lanes {
        lesser(greater(left, right) &- lesser(left, right), Lanes(repeating: differenceLimit))
    }

    // The standard library's pointwiseMin and pointwiseMax are calls, not instructions.
    @inline(__always)
    private static func lesser(_ left: Lanes, _ right: Lanes) -> Lanes { left.replacing(with: right, where: right .< left) }

    @inline(__always)
    private static func greater(_ left: Lanes, _ right: Lanes) -> Lanes { left.replacing(with: right, where: right .> left) }

    @inline(__always)
    private static func meanUp(_ left: Lanes, _ right: Lanes) -> Lanes {
        (left | right) &- (left ^ right) &>> Lanes(repeating: 1)
    }

    @inline(__always)
    private static func meanDown(_ left: Lanes, _ right: Lanes) -> Lanes {
        (left & right) &+ (left ^ right) &>> Lanes(repeating: 1)
    }

    @inline(__always)
    private static func load(_ row: UnsafePointer<UInt16>, _ index: Int) -> Lanes {
        UnsafeRawPointer(row + index).loadUnaligned(as: Lanes.self)
    }

    @inline(__always)
    private static func store(_ lanes: Lanes, _ row: UnsafeMutablePointer<UInt16>, _ index: Int) {
        UnsafeMutableRawPointer(row + index).storeBytes(of: lanes, as: Lanes.self)
    }
}

/// Memory for what the kernel computes about one packed row. Owned by one sweep; freed with it.
struct RowScratch: ~Copyable {
    /// ``SampleContext`` of every sample of the row.
    let context: UnsafeMutablePointer<UInt16>
    let complexity: UnsafeMutablePointer<UInt16>

    init(stride: Int) {
        // The kernel writes whole lanes from index 1 on: up to laneCount − 1 elements behind an index below `stride`.
        let count = stride + RhombusKernel.laneCount
        context = .allocate(capacity: count)
        complexity = .allocate(capacity: count)
        context.initialize(repeating: 0, count: count)
        complexity.initialize(repeating: 0, count: count)
    }

    deinit {
        context.deallocate()
        complexity.deallocate()
    }
}
