/// The number of times that each level of brightness occurs.
struct BrightnessHistogram {
    private(set) var counts: [Int]
    let total: Int

    /// - Parameter isLeftOut: row-major flags of the cells not to count.
    init(_ levels: [UInt16], leavingOut isLeftOut: [Bool]? = nil) {
        counts = [Int](repeating: 0, count: Int(levels.max() ?? 0) + 1)
        if let isLeftOut {
            for (level, skip) in zip(levels, isLeftOut) where !skip { counts[Int(level)] += 1 }
        } else {
            for level in levels { counts[Int(level)] += 1 }
        }
        total = counts.reduce(0, +)
    }

    /// The level that a scanner puts outside its field of view without calling it padding: one level below all others, far from them and
    /// frequent, as −2000 in computed tomography.
    var unmeasuredLevel: UInt16? {
        guard let lowest, let highest, let next = counts[(lowest + 1)...].firstIndex(where: { $0 > 0 }) else { return nil }
        guard share(of: lowest..<lowest + 1) > 0.02, next - lowest > (highest - lowest) / 16 else { return nil }
        return UInt16(exactly: lowest)
    }

    var lowest: Int? { counts.firstIndex { $0 > 0 } }
    var highest: Int? { counts.lastIndex { $0 > 0 } }

    /// The lowest level that at least this share of all those counted does not exceed; `nil` when nothing was counted.
    func quantile(_ share: Double, within range: Range<Int>? = nil) -> Int? {
        let range = (range ?? 0..<counts.count).clamped(to: 0..<counts.count)
        let counted = counts[range].reduce(0, +)
        guard counted > 0 else { return nil }
        let wanted = max(1, Int((Double(counted) * min(max(share, 0), 1)).rounded(.up)))
        var sum = 0
        for level in range {
            sum += counts[level]
            if sum >= wanted { return level }
        }
        return range.upperBound - 1
    }

    /// The share of those counted that lie in a range of levels.
    func share(of range: Range<Int>) -> Double {
        guard total > 0 else { return 0 }
        return Double(counts[range.clamped(to: 0..<counts.count)].reduce(0, +)) / Double(total)
    }

    /// The thresholds that part the levels up to `limit` into three classes of the least variance within each [Otsu 1979, §V].
    ///
    /// The levels are put into 256 bins first; higher ones than `limit` count as `limit`.
    ///
    /// - Returns: the first level of the middle class and of the upper class; `nil` when there are fewer than three bins in use.
    func threeClasses(upTo limit: Int) -> (middle: Int, upper: Int)? {
        guard let lowest, limit > lowest else { return nil }
        let binCount = min(256, limit - lowest + 1)
        func bin(_ level: Int) -> Int { (min(level, limit) - lowest) * binCount / (limit - lowest + 1) }
        var sums = OtsuSums(binCount: binCount)
        for level in lowest..<counts.count where counts[level] > 0 { sums.add(counts[level], toBin: bin(level)) }
        guard let (first, second) = sums.bestThresholds() else { return nil }
        // The first level that falls into a bin.
        func level(_ bin: Int) -> Int { lowest + (bin * (limit - lowest + 1) + binCount - 1) / binCount }
        return (level(first), level(second))
    }
}

/// Counts and first moments by bin, from which the variance between classes follows.
private struct OtsuSums {
    private var counts: [Double]

    init(binCount: Int) { counts = [Double](repeating: 0, count: binCount) }

    mutating func add(_ count: Int, toBin bin: Int) { counts[bin] += Double(count) }

    /// The first bins of the second and third class where the variance between the classes is largest.
    ///
    /// That variance is a sum of (moment² / count) over the classes less a constant.
    func bestThresholds() -> (Int, Int)? {
        guard counts.count >= 3 else { return nil }
        var cumulated: [(count: Double, moment: Double)] = [(0, 0)]
        for (bin, count) in counts.enumerated() {
            let last = cumulated[bin]
            cumulated.append((last.count + count, last.moment + count * Double(bin)))
        }
        func spread(_ range: Range<Int>) -> Double? {
            let count = cumulated[range.upperBound].count - cumulated[range.lowerBound].count
            let moment = cumulated[range.upperBound].moment - cumulated[range.lowerBound].moment
            return count > 0 ? moment * moment / count : nil
        }
        var best: (value: Double, first: Int, second: Int)?
        for first in 1..<counts.count - 1 {
            guard let low = spread(0..<first) else { continue }
            for second in first + 1..<counts.count {
                guard let middle = spread(first..<second), let high = spread(second..<counts.count) else { continue }
                let value = low + middle + high
                if best.map({ value > $0.value }) ?? true { best = (value, first, second) }
            }
        }
        return best.map { ($0.first, $0.second) }
    }
}
