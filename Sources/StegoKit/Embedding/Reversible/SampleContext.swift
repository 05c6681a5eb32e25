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

    /// Which ends of its run of allowed levels a sample keeps at least two steps away from.
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
