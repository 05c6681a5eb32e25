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
