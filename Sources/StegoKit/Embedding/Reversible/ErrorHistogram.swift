/// How often each prediction error occurs in each complexity bucket, apart for samples near a range end.
struct ErrorHistogram {
    /// Errors beyond ±32 count as ±32.
    static let errorLimit = 32
    static let errorCount = 2 * errorLimit + 1
    /// Buckets and one row for samples that must not carry.
    private static let rowCount = RhombusKernel.bucketCount + 1

    /// Whether a sample could leave its run of allowed levels.
    enum Room: Int, CaseIterable {
        /// At least two steps from both ends.
        case both = 0
        /// At the first level or one above it.
        case upOnly = 1
        /// At the last level or one below it.
        case downOnly = 2
        case none = 3
    }

    private var counts = [UInt32](repeating: 0, count: Room.allCases.count * rowCount * errorCount)

    /// Counts every sample of a colour.
    init(_ sweep: ColourSweep, _ board: inout Checkerboard, runs: LevelRuns) {
        let inner = runs.inner
        counts.withUnsafeMutableBufferPointer { counts in
            guard let counts = counts.baseAddress else { return }
            sweep.visit(&board) { row in
                for k in row.range {
                    let level = row.samples[k]
                    let error = Int(level) &- Int(row.prediction[k])
                    // Buckets are at most bucketCount and clamped errors at most 2 × errorLimit: inside the table.
                    let index = Self.index(bucket: Int(row.bucket[k]), error: error)
                    if inner.contains(level) {
                        counts[index] &+= 1
                    } else if !runs.isForbidden(Int(level)) {
                        counts[index &+ Self.room(of: Int(level), runs).rawValue &* Self.rowCount &* Self.errorCount] &+= 1
                    }
                }
                return true
            }
        }
    }

    private static func room(of level: Int, _ runs: LevelRuns) -> Room {
        let run = runs.run(of: level)
        switch (level <= run.first + 1, level >= run.last - 1) {
        case (false, false): return .both
        case (true, false): return .upOnly
        case (false, true): return .downOnly
        case (true, true): return .none
        }
    }

    @inline(__always)
    private static func index(bucket: Int, error: Int) -> Int {
        bucket &* errorCount &+ min(max(error, -errorLimit), errorLimit) &+ errorLimit
    }

    /// Counts by error of one bucket, index 0 for ≤ −32.
    func errors(bucket: Int, room: Room) -> ArraySlice<UInt32> {
        let start = (room.rawValue * Self.rowCount + bucket) * Self.errorCount
        return counts[start..<start + Self.errorCount]
    }
}
