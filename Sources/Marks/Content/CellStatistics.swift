/// Sum, minimum and maximum of every cell of a plane, exactly.
struct CellStatistics {
    var sums: [Int64]
    var minima: [Int32]
    var maxima: [Int32]

    /// One pass over the samples, a row of cells at a time.
    init(of plane: SamplePlane, _ grid: CellGrid) {
        sums = [Int64](repeating: 0, count: grid.count)
        minima = [Int32](repeating: .max, count: grid.count)
        maxima = [Int32](repeating: .min, count: grid.count)
        plane.samples.withUnsafeBufferPointer { samples in
            for row in 0..<plane.height {
                let firstCell = row / grid.side * grid.columns
                for column in 0..<grid.columns {
                    let range = grid.columnRange(of: column)
                    // Bounds: `range` ends at the plane's width at most, so these are samples of `row`.
                    var (sum, low, high): (Int64, Int32, Int32) = (0, .max, .min)
                    for index in row * plane.width + range.lowerBound..<row * plane.width + range.upperBound {
                        let sample = samples[index]
                        sum &+= Int64(sample)
                        low = min(low, sample)
                        high = max(high, sample)
                    }
                    sums[firstCell + column] += sum
                    minima[firstCell + column] = min(minima[firstCell + column], low)
                    maxima[firstCell + column] = max(maxima[firstCell + column], high)
                }
            }
        }
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
