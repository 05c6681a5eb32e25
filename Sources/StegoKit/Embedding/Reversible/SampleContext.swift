/// All that decides what happens to a sample, as one small number: how much room it has, its complexity bucket, its prediction error.
///
/// `index = (room × rowCount + bucket) × errorCount + error + errorLimit`, below ``count``. Histograms and action tables are arrays over it.
enum SampleContext {
    /// Errors beyond ±33 count as ±33: two more than any bin, so that "at the bin", "one beyond" and "further" stay apart.
    static let errorLimit = PassParameters.binLimit + 2
    static let errorCount = 2 * errorLimit + 1
    /// Buckets, and one row for samples that must not carry.
    static let rowCount = RhombusKernel.bucketCount + 1
    static let roomStride = rowCount * errorCount
    static let count = Room.allCases.count * roomStride

    /// The ends of its run of allowed levels from which a sample keeps at least two steps away.
    enum Room: Int, CaseIterable {
        case both = 0
        /// At the first level or one above it.
        case upOnly = 1
        /// At the last level or one below it.
        case downOnly = 2
        case none = 3
    }

    @inline(__always)
    static func index(room: Room, bucket: Int, error: Int) -> Int {
        room.rawValue * roomStride + bucket * errorCount + min(max(error, -errorLimit), errorLimit) + errorLimit
    }

    /// The room of an index.
    @inline(__always)
    static func room(of index: Int) -> Room { Room(rawValue: index / roomStride) ?? .none }

    /// The bucket of an index; ``RhombusKernel/bucketCount`` if the sample must not carry.
    @inline(__always)
    static func bucket(of index: Int) -> Int { index % roomStride / errorCount }

    /// The limited error of an index.
    @inline(__always)
    static func error(of index: Int) -> Int { index % errorCount - errorLimit }
}

/// The action on a sample of each ``SampleContext``: the step to take, or that it needs a closer look.
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

/// The number of times that each ``SampleContext`` occurs among the samples of a colour.
struct ErrorHistogram {
    private var counts = [UInt32](repeating: 0, count: SampleContext.count)
    /// The number of samples in each room and bucket. Most buckets of a small image are empty, and need not be looked through.
    private var totals = [Int](repeating: 0, count: SampleContext.count / SampleContext.errorCount)

    init(_ sweep: ColourSweep, _ board: inout Checkerboard) {
        counts.withUnsafeMutableBufferPointer { counts in
            guard let counts = counts.baseAddress else { return }
            sweep.visit(&board) { row in
                // Contexts are below SampleContext.count, the size of the table.
                for k in row.range { counts[Int(row.context[k])] &+= 1 }
                return true
            }
        }
        for row in totals.indices {
            var total: UInt32 = 0
            for index in row * SampleContext.errorCount..<(row + 1) * SampleContext.errorCount { total &+= counts[index] }
            totals[row] = Int(total)
        }
    }

    /// Counts by error of one bucket; index 0 is the lowest, −33.
    ///
    /// - Returns: nil where no sample is.
    func errors(bucket: Int, room: SampleContext.Room) -> ArraySlice<UInt32>? {
        guard total(bucket: bucket, room: room) > 0 else { return nil }
        let start = SampleContext.index(room: room, bucket: bucket, error: -SampleContext.errorLimit)
        return counts[start..<start + SampleContext.errorCount]
    }

    /// The number of samples in one room and bucket.
    func total(bucket: Int, room: SampleContext.Room) -> Int { totals[room.rawValue * SampleContext.rowCount + bucket] }
}
