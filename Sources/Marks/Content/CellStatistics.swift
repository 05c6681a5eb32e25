/// Sum, minimum and maximum of every cell of a plane, exactly.
struct CellStatistics {
    var sums: [Int64]
    var minima: [Int32]
    var maxima: [Int32]

    /// One pass over the samples, cell by cell.
    init(of plane: SamplePlane, _ grid: CellGrid) {
        sums = [Int64](repeating: 0, count: grid.count)
        minima = [Int32](repeating: .max, count: grid.count)
        maxima = [Int32](repeating: .min, count: grid.count)
        plane.samples.withUnsafeBufferPointer { samples in
            for cell in 0..<grid.count {
                let (row, column) = cell.quotientAndRemainder(dividingBy: grid.columns)
                let (rows, columns) = (grid.rowRange(of: row), grid.columnRange(of: column))
                // Bounds: rows and columns end at the plane's height and width at most. A cell has at most 256 samples of 17 bits.
                let first = rows.lowerBound &* plane.width &+ columns.lowerBound
                let (sum, low, high) =
                    columns.count == 8
                    ? Self.wide(samples, first, rows.count, plane.width)
                    : Self.plain(samples, first, rows.count, columns.count, plane.width)
                (sums[cell], minima[cell], maxima[cell]) = (Int64(sum), low, high)
            }
        }
    }

    /// Of a cell of `height` × `width` samples, whose rows are `step` apart: their sum, the least and the greatest.
    static func plain(
        _ samples: UnsafeBufferPointer<Int32>, _ first: Int, _ height: Int, _ width: Int, _ step: Int
    ) -> (sum: Int32, low: Int32, high: Int32) {
        var (sum, low, high): (Int32, Int32, Int32) = (0, .max, .min)
        for row in 0..<height {
            for index in first &+ row &* step..<first &+ row &* step &+ width {
                sum &+= samples[index]
                (low, high) = (min(low, samples[index]), max(high, samples[index]))
            }
        }
        return (sum, low, high)
    }

    /// The same of a cell that is eight samples wide, as nearly all are: a row at once.
    static func wide(
        _ samples: UnsafeBufferPointer<Int32>, _ first: Int, _ height: Int, _ step: Int
    ) -> (sum: Int32, low: Int32, high: Int32) {
        let raw = UnsafeRawBufferPointer(samples)
        var (sum, low, high) = (SIMD8<Int32>(), SIMD8<Int32>(repeating: .max), SIMD8<Int32>(repeating: .min))
        for row in 0..<height {
            let line = raw.loadUnaligned(fromByteOffset: 4 &* (first &+ row &* step), as: SIMD8<Int32>.self)
            sum &+= line
            low = pointwiseMin(low, line)
            high = pointwiseMax(high, line)
        }
        return (sum.wrappedSum(), low.min(), high.max())
    }
}

/// Quotients of integers, rounded as named; `divisor` is positive.
enum Quotient {
    static func floor(_ value: Int, _ divisor: Int) -> Int {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    static func ceiling(_ value: Int, _ divisor: Int) -> Int { -floor(-value, divisor) }

    /// Halves go up.
    static func nearest(_ value: Int, _ divisor: Int) -> Int { floor(2 * value + divisor, 2 * divisor) }
}
