/// Visits the samples of one colour in raster order, row by row, with their contexts.
struct ColourSweep {
    /// One packed row ready to be worked on. Pointers are valid only inside the visit.
    struct Row {
        /// The row's own samples.
        let samples: UnsafeMutablePointer<UInt16>
        /// ``SampleContext`` of each sample, below ``SampleContext/count``.
        let context: UnsafePointer<UInt16>
        /// Indices that may carry, into both.
        let range: Range<Int>
        /// Index of `samples[0]` in the packed colour.
        let start: Int
    }

    let colour: Int
    private let kernel: RhombusKernel
    /// Packed indices of single excluded samples of this colour, ascending.
    private let excluded: [Int]
    private let isMasked: [Bool]

    init(colour: Int, excluded: ExcludedSamples, board: Checkerboard, runs: LevelRuns) {
        self.colour = colour
        kernel = RhombusKernel(runs)
        self.excluded = excluded.positions.map(board.packedIndex).filter { $0.colour == colour }.map(\.index).sorted()
        isMasked = excluded.isMasked
    }

    /// - Parameter visit: returns false to stop.
    @inline(__always)
    func visit(_ board: inout Checkerboard, _ visit: (Row) -> Bool) {
        let (rows, columns, stride) = (board.rows, board.columns, board.stride)
        let border = RhombusKernel.border
        guard rows > 2 * border, columns > 2 * border else { return }
        let lineCount = board.planeCount * rows
        let other = board.colours[1 - colour]
        let scratch = RowScratch(stride: stride)
        var nextExcluded = 0
        // Packed colours have planeCount × rows × stride elements and the kernel's padding; a row's start is (plane × rows + row) × stride
        // with row in 2 ..< rows − 2, so that the two rows above and below exist. `other` and the visited colour are different arrays.
        board.colours[colour].withUnsafeMutableBufferPointer { own in
            other.withUnsafeBufferPointer { other in
                guard let own = own.baseAddress, let other = other.baseAddress else { return }
                for line in 0..<lineCount {
                    let row = line % rows
                    guard row >= border, row < rows - border else { continue }
                    let parity = (row + colour) & 1
                    let start = line * stride
                    let range = RhombusKernel.carrierRange(columns: columns, parity: parity)
                    kernel.start(own: own + start, centre: other + start, stride: stride, range: range, parity: parity, scratch)
                    exclude(&nextExcluded, from: start, scratch, stride: stride)
                    excludeMasked(row: row, columns: columns, parity: parity, range, scratch)
                    kernel.finish(range: range, scratch)
                    let visited = Row(samples: own + start, context: UnsafePointer(scratch.context), range: range, start: start)
                    guard visit(visited) else { return }
                }
            }
        }
    }

    /// Marks the single excluded samples of one row; those in border rows before it are passed over.
    private func exclude(_ next: inout Int, from start: Int, _ scratch: borrowing RowScratch, stride: Int) {
        while next < excluded.count, excluded[next] < start + stride {
            // An excluded index in start ..< start + stride is inside the scratch row.
            if excluded[next] >= start { scratch.complexity[excluded[next] - start] = RhombusKernel.excludedComplexity }
            next += 1
        }
    }

    /// Marks the samples of one row that the mask covers.
    private func excludeMasked(row: Int, columns: Int, parity: Int, _ range: Range<Int>, _ scratch: borrowing RowScratch) {
        guard !isMasked.isEmpty else { return }
        // Packed index k is column 2k + parity, which is inside the row for every k of a carrier range.
        let line = row * columns + parity
        for k in range where isMasked[line + 2 * k] { scratch.complexity[k] = RhombusKernel.excludedComplexity }
    }
}

/// Samples that never carry in the reversible method: those that hold the parameters, and those under the mask of a region of interest.
struct ExcludedSamples {
    /// Carrier positions of single samples.
    let positions: [Int]
    /// For each sample of a plane, whether the mask covers it; empty without a mask.
    let isMasked: [Bool]

    init(positions: [Int], mask: RegionMask? = nil) {
        self.positions = positions
        isMasked = mask?.samples ?? []
    }

    init(_ found: ParameterBlock.Found) {
        self.init(positions: found.reserved.positions + found.wetPaper.map(\.position), mask: found.mask)
    }
}
