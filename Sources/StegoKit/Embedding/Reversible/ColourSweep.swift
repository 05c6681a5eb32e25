/// Visits the samples of one colour in raster order, row by row, with their predictions and complexity buckets.
struct ColourSweep {
    /// One packed row ready to be worked on. Pointers are valid only inside the visit.
    struct Row {
        /// The row's own samples.
        let samples: UnsafeMutablePointer<UInt16>
        let prediction: UnsafePointer<UInt16>
        /// ``RhombusKernel/excludedBucket`` marks samples that must not carry.
        let bucket: UnsafePointer<UInt8>
        /// Indices that may carry, into all three.
        let range: Range<Int>
        /// Index of `samples[0]` in the packed colour.
        let start: Int
    }

    let colour: Int
    /// Packed indices of reserved samples of this colour, ascending.
    let reserved: [Int]

    init(colour: Int, reserved: ReservedSamples, board: Checkerboard) {
        self.colour = colour
        self.reserved = reserved.positions.map(board.packedIndex).filter { $0.colour == colour }.map(\.index).sorted()
    }

    /// - Parameter visit: returns false to stop.
    @inline(__always)
    func visit(_ board: inout Checkerboard, _ visit: (Row) -> Bool) {
        let (rows, columns, stride, planeCount) = (board.rows, board.columns, board.stride, board.planeCount)
        let border = RhombusKernel.border
        guard rows > 2 * border, columns > 2 * border else { return }
        let other = board.colours[1 - colour]
        var prediction = [UInt16](repeating: 0, count: stride)
        var bucket = [UInt8](repeating: 0, count: stride)
        var nextReserved = 0
        // Packed colours have planeCount × rows × stride elements; a row's start is (plane × rows + row) × stride with row in
        // 2 ..< rows − 2, so the kernel's two rows above and below exist. `prediction` and `bucket` have `stride` elements, and every
        // index in the carrier range is below stride − 1. `other` and the visited colour are different arrays.
        board.colours[colour].withUnsafeMutableBufferPointer { own in
            other.withUnsafeBufferPointer { other in
                prediction.withUnsafeMutableBufferPointer { prediction in
                    bucket.withUnsafeMutableBufferPointer { bucket in
                        guard let own = own.baseAddress, let other = other.baseAddress,
                            let prediction = prediction.baseAddress, let bucket = bucket.baseAddress
                        else { return }
                        for plane in 0..<planeCount {
                            for row in border..<rows - border {
                                let parity = (row + colour) & 1
                                let start = (plane * rows + row) * stride
                                let range = RhombusKernel.carrierRange(columns: columns, parity: parity)
                                RhombusKernel.compute(
                                    centre: other + start, stride: stride, range: range, parity: parity,
                                    prediction: prediction, bucket: bucket)
                                while nextReserved < reserved.count, reserved[nextReserved] < start + stride {
                                    // Reserved samples in border rows lie before `start` and are passed over.
                                    if reserved[nextReserved] >= start {
                                        bucket[reserved[nextReserved] - start] = RhombusKernel.excludedBucket
                                    }
                                    nextReserved += 1
                                }
                                let row = Row(
                                    samples: own + start, prediction: UnsafePointer(prediction), bucket: UnsafePointer(bucket),
                                    range: range, start: start)
                                guard visit(row) else { return }
                            }
                        }
                    }
                }
            }
        }
    }
}
