/// The levels that a sample may take: everything but the forbidden ones, so one or two runs. No sample ever leaves its run.
struct LevelRuns {
    /// Forbidden levels, empty when `forbiddenStart > forbiddenEnd`.
    private let forbiddenStart: Int
    private let forbiddenEnd: Int
    private let maximum: Int

    /// - Parameter shift: levels are `sample >> shift`; a coarse level that holds any forbidden level is forbidden as a whole.
    init(bitsStored: Int, forbiddenLevels: ClosedRange<UInt16>?, shift: Int = 0) {
        maximum = ((1 << bitsStored) - 1) >> shift
        forbiddenStart = forbiddenLevels.map { Int($0.lowerBound) >> shift } ?? 1
        forbiddenEnd = forbiddenLevels.map { Int($0.upperBound) >> shift } ?? 0
    }

    @inline(__always)
    func isForbidden(_ level: Int) -> Bool { level >= forbiddenStart && level <= forbiddenEnd }

    /// The first and last level of the run of a level that is not forbidden.
    @inline(__always)
    func run(of level: Int) -> (first: Int, last: Int) {
        guard forbiddenStart <= forbiddenEnd else { return (0, maximum) }
        return level < forbiddenStart ? (0, min(maximum, forbiddenStart - 1)) : (forbiddenEnd + 1, maximum)
    }

    /// Levels at least two steps away from either end of their run, as at most two intervals.
    var inner: InnerLevels {
        guard forbiddenStart <= forbiddenEnd else { return InnerLevels(0, maximum, 1, 0) }
        return InnerLevels(0, min(maximum, forbiddenStart - 1), forbiddenEnd + 1, maximum)
    }
}

/// A quick test for "no range end in reach": true for nearly all samples of nearly all images.
struct InnerLevels {
    private let firstStart: UInt32
    private let firstCount: UInt32
    private let secondStart: UInt32
    private let secondCount: UInt32

    fileprivate init(_ firstLow: Int, _ firstHigh: Int, _ secondLow: Int, _ secondHigh: Int) {
        (firstStart, firstCount) = (UInt32(firstLow + 2), UInt32(max(0, firstHigh - firstLow - 3)))
        (secondStart, secondCount) = (UInt32(secondLow + 2), UInt32(max(0, secondHigh - secondLow - 3)))
    }

    @inline(__always)
    func contains(_ level: UInt16) -> Bool {
        UInt32(level) &- firstStart < firstCount || UInt32(level) &- secondStart < secondCount
    }
}
