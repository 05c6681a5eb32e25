import Foundation

/// Chooses the bins of every complexity class so that a wanted number of bits is carried at the fewest expected changes
/// (multiple histograms modification, after Li et al. 2015).
///
/// A class is a range of complexity buckets. For each class and each bin, the carried bits R and the expected changes D are known
/// from the histogram; the choice minimises ΣD − λΣR, and λ is searched for the wanted ΣR.
struct BinSelection {
    /// Where classes end, as shares of all samples from the least complex on; finer where small payloads live.
    private static let classEnds: [Double] = [
        1 / 64, 1 / 32, 3 / 64, 1 / 16, 3 / 32, 1 / 8, 3 / 16, 1 / 4, 5 / 16, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 7 / 8, 1,
    ]
    private static let binCount = 2 * PassParameters.binLimit + 1
    private static let largestMultiplier: Float = 1e6

    private let histogram: ErrorHistogram
    private let profiles: [ClassProfile]
    /// The most that all classes carry with one pair of bins each, in bits.
    let capacity: Int

    init(_ histogram: ErrorHistogram) {
        self.histogram = histogram
        profiles = Self.classes(of: histogram).map { ClassProfile(histogram, buckets: $0) }
        capacity = Self.limitedToSegments(profiles, profiles.map { $0.choice(multiplier: Self.largestMultiplier) })
            .reduce(0) { $0 + Int($1.choice.bits) }
    }

    /// Segments that carry at least this many bits; nil if there are none.
    func segments(carrying bits: Int) -> [PassParameters.Segment]? {
        guard bits <= capacity else { return nil }
        let wanted = Float(bits)
        var choices = profiles.map { $0.choice(multiplier: Self.largestMultiplier) }
        if let cheaper = cheapestChoices(carrying: wanted) { choices = cheaper }
        var classes = Self.limitedToSegments(profiles, choices)
        if classes.reduce(0, { $0 + $1.choice.bits }) < wanted {
            choices = profiles.map { $0.choice(multiplier: Self.largestMultiplier) }
            classes = Self.limitedToSegments(profiles, choices)
        }
        return trimmed(classes, to: bits)
    }

    /// Bisects λ, then takes over the dearer choice class by class until the bits suffice.
    private func cheapestChoices(carrying wanted: Float) -> [ClassProfile.Choice]? {
        var (low, high): (Float, Float) = (-3, 14)
        var scarce = profiles.map { $0.choice(multiplier: exp2(low)) }
        var ample = profiles.map { $0.choice(multiplier: exp2(high)) }
        func bits(_ choices: [ClassProfile.Choice]) -> Float { choices.reduce(0) { $0 + $1.bits } }
        guard bits(ample) >= wanted else { return nil }
        for _ in 0..<12 {
            let middle = (low + high) / 2
            let choices = profiles.map { $0.choice(multiplier: exp2(middle)) }
            if bits(choices) >= wanted { (high, ample) = (middle, choices) } else { (low, scarce) = (middle, choices) }
        }
        for index in scarce.indices {
            if bits(scarce) >= wanted { break }
            scarce[index] = ample[index]
        }
        return scarce
    }

    /// Ends the last class at the first bucket that suffices.
    private func trimmed(_ classes: [ChosenClass], to bits: Int) -> [PassParameters.Segment] {
        var segments = classes.map {
            PassParameters.Segment(endBucket: $0.endBucket, lowerBin: $0.choice.lowerBin, upperBin: $0.choice.upperBin)
        }
        var surplus = classes.reduce(0) { $0 + Int($1.choice.bits) } - bits
        while let last = segments.last {
            let start = segments.count > 1 ? segments[segments.count - 2].endBucket : 0
            guard last.endBucket > start else {
                segments.removeLast()
                continue
            }
            let carried = bitsCarried(bucket: last.endBucket - 1, lower: last.lowerBin, upper: last.upperBin)
            guard carried <= surplus else { break }
            surplus -= carried
            segments[segments.count - 1].endBucket -= 1
        }
        return segments
    }

    private func bitsCarried(bucket: Int, lower: Int?, upper: Int?) -> Int {
        func count(_ bin: Int?, _ room: SampleContext.Room) -> Int {
            guard let bin, let errors = histogram.errors(bucket: bucket, room: room) else { return 0 }
            return Int(errors[errors.startIndex + bin + SampleContext.errorLimit])
        }
        return count(lower, .both) + count(lower, .downOnly) + count(upper, .both) + count(upper, .upOnly)
    }

    /// An upper bound on the samples that will need a flag.
    func flagBound(_ segments: [PassParameters.Segment]) -> Int {
        var bound = 0
        var start = 0
        for segment in segments {
            for bucket in start..<max(start, segment.endBucket) {
                for room in [SampleContext.Room.upOnly, .downOnly, .none] {
                    guard let errors = histogram.errors(bucket: bucket, room: room) else { continue }
                    let zero = errors.startIndex + SampleContext.errorLimit
                    if let upper = segment.upperBin, room != .upOnly { bound += errors[(zero + upper + 1)...].reduce(0) { $0 + Int($1) } }
                    if let lower = segment.lowerBin, room != .downOnly { bound += errors[..<(zero + lower)].reduce(0) { $0 + Int($1) } }
                }
            }
            start = max(start, segment.endBucket)
        }
        return bound
    }

    /// Groups buckets into classes by the shares above.
    private static func classes(of histogram: ErrorHistogram) -> [Range<Int>] {
        let totals = (0..<RhombusKernel.bucketCount).map { bucket in
            SampleContext.Room.allCases.reduce(0) { $0 + histogram.total(bucket: bucket, room: $1) }
        }
        let total = totals.reduce(0, +)
        var classes: [Range<Int>] = []
        var (start, reached, nextEnd) = (0, 0, 0)
        for (bucket, count) in totals.enumerated() where count > 0 {
            reached += count
            guard nextEnd < classEnds.count, Double(reached) >= classEnds[nextEnd] * Double(total) else { continue }
            classes.append(start..<bucket + 1)
            start = bucket + 1
            while nextEnd < classEnds.count, Double(reached) >= classEnds[nextEnd] * Double(total) { nextEnd += 1 }
        }
        return classes
    }
}

extension BinSelection {
    /// Consecutive classes that share their bins.
    private struct ChosenClass {
        var profile: ClassProfile
        var choice: ClassProfile.Choice
        var endBucket: Int { profile.buckets.upperBound }
    }

    /// Merges neighbours with equal bins, then the neighbours that lose least by sharing bins, until the parameters can hold them.
    private static func limitedToSegments(_ profiles: [ClassProfile], _ choices: [ClassProfile.Choice]) -> [ChosenClass] {
        var classes: [ChosenClass] = []
        for (profile, choice) in zip(profiles, choices) {
            if let last = classes.last, last.choice.lowerBin == choice.lowerBin, last.choice.upperBin == choice.upperBin {
                let merged = last.profile.merged(with: profile)
                classes[classes.count - 1] = ChosenClass(profile: merged, choice: merged.evaluated(choice))
            } else {
                classes.append(ChosenClass(profile: profile, choice: choice))
            }
        }
        while let last = classes.last, last.choice.isEmpty { classes.removeLast() }
        while classes.count > PassParameters.maximumSegmentCount { mergeCheapest(&classes) }
        return classes
    }

    /// Replaces two neighbours by one under the bins of either, whichever carries most; so capacity shrinks as little as possible.
    private static func mergeCheapest(_ classes: inout [ChosenClass]) {
        var best: (index: Int, merged: ChosenClass, loss: Float)?
        for index in 0..<classes.count - 1 {
            let (left, right) = (classes[index], classes[index + 1])
            let profile = left.profile.merged(with: right.profile)
            for choice in [profile.evaluated(left.choice), profile.evaluated(right.choice)] {
                let loss = left.choice.bits + right.choice.bits - choice.bits
                let extraCost = choice.cost - left.choice.cost - right.choice.cost
                let total = max(0, loss) * 4 + extraCost
                if best.map({ total < $0.loss }) ?? true {
                    best = (index, ChosenClass(profile: profile, choice: choice), total)
                }
            }
        }
        guard let best else { return }
        classes[best.index] = best.merged
        classes.remove(at: best.index + 1)
    }
}
