/// How often each ``SampleContext`` occurs among the samples of a colour.
struct ErrorHistogram {
    private var counts = [UInt32](repeating: 0, count: SampleContext.count)

    init(_ sweep: ColourSweep, _ board: inout Checkerboard) {
        counts.withUnsafeMutableBufferPointer { counts in
            guard let counts = counts.baseAddress else { return }
            sweep.visit(&board) { row in
                // Contexts are below SampleContext.count, the size of the table.
                for k in row.range { counts[Int(row.context[k])] &+= 1 }
                return true
            }
        }
    }

    /// Counts by error of one bucket; index 0 is the lowest, −33.
    func errors(bucket: Int, room: SampleContext.Room) -> ArraySlice<UInt32> {
        let start = SampleContext.index(room: room, bucket: bucket, error: -SampleContext.errorLimit)
        return counts[start..<start + SampleContext.errorCount]
    }
}
