/// What to do with a sample of each ``SampleContext``: the step to take, or that it needs a closer look.
struct ActionTable {
    /// Marks contexts whose samples carry a bit or stand near the range end that they would move towards or from.
    static let special: Int8 = 2

    /// One entry a context: −1, 0, 1 or ``special``.
    let steps: [Int8]
    /// The bins of every bucket; the last entry, for samples that must not carry, has none.
    private let bins: [Bins]

    /// Errors at `upper` carry upwards, above it move up; at `lower` carry downwards, below it move down.
    struct Bins {
        /// Stands for "no bin": no error reaches it.
        static let never = 1 << 20

        var lower = -Bins.never
        var upper = Bins.never
    }

    enum Direction {
        case embedding, extraction
    }

    init(_ segments: [PassParameters.Segment], _ direction: Direction) {
        var bins = [Bins](repeating: Bins(), count: SampleContext.rowCount)
        var steps = [Int8](repeating: 0, count: SampleContext.count)
        var start = 0
        for segment in segments {
            let buckets = start..<max(start, min(segment.endBucket, RhombusKernel.bucketCount))
            let segmentBins = Bins(lower: segment.lowerBin ?? -Bins.never, upper: segment.upperBin ?? Bins.never)
            for bucket in buckets { bins[bucket] = segmentBins }
            for room in SampleContext.Room.allCases {
                let row = (-SampleContext.errorLimit...SampleContext.errorLimit).map { Self.step(error: $0, segmentBins, room, direction) }
                for bucket in buckets {
                    let first = SampleContext.index(room: room, bucket: bucket, error: -SampleContext.errorLimit)
                    steps.replaceSubrange(first..<first + SampleContext.errorCount, with: row)
                }
            }
            start = buckets.upperBound
        }
        self.bins = bins
        self.steps = steps
    }

    @inline(__always)
    private static func step(error: Int, _ bins: Bins, _ room: SampleContext.Room, _ direction: Direction) -> Int8 {
        let isUp = error >= bins.upper
        guard isUp || error <= bins.lower else { return 0 }
        let distance = isUp ? error - bins.upper : bins.lower - error
        switch direction {
        case .embedding:
            let hasRoom = room == .both || room == (isUp ? .upOnly : .downOnly)
            return hasRoom && distance > 0 ? (isUp ? 1 : -1) : special
        case .extraction:
            return room == .both && distance > 1 ? (isUp ? -1 : 1) : special
        }
    }

    /// A context with an error at or beyond a bin.
    struct Reached {
        let isUp: Bool
        /// How far beyond the bin, limited as errors are.
        let distance: Int
    }

    /// The bin that a context reaches; nil if it stays as it is.
    @inline(__always)
    func reached(_ context: Int) -> Reached? {
        let bins = bins[SampleContext.bucket(of: context)]
        let error = SampleContext.error(of: context)
        if error >= bins.upper { return Reached(isUp: true, distance: error - bins.upper) }
        if error <= bins.lower { return Reached(isUp: false, distance: bins.lower - error) }
        return nil
    }
}
