/// Codes a grid of integers without loss: predicted from their neighbours, what is left in adaptive Rice codes.
///
/// The predictor is the median edge detector of JPEG-LS (ITU-T T.87 A.4.1), the parameter follows the running mean as there (A.5.1).
/// Format: docs/formats/content-record.md, "Coded grids".
enum ResidualCoder {
    /// A quotient of so many zeros means that the residual follows in 32 bits.
    static let escape = 24
    /// The activity of the neighbourhood in four classes: each has its own running mean.
    static let classes = 4
    /// A running mean forgets half of the past after so many residuals.
    static let memory = 32

    /// The running mean of a class: `sum` over `count` residuals.
    struct Adaptation {
        private var sum: UInt64 = 8
        private var count: UInt64 = 1

        /// The smallest k with count · 2^k ≥ sum.
        var parameter: Int {
            var k = 0
            while k < 31, count << UInt64(k) < sum { k += 1 }
            return k
        }

        mutating func note(_ code: UInt32) {
            sum += UInt64(code)
            count += 1
            guard count == UInt64(ResidualCoder.memory) else { return }
            sum >>= 1
            count >>= 1
        }
    }

    /// Prediction and class of the value at `index` from those before it; both sides compute it alike. Sums wrap, since bytes of others
    /// may hold any values.
    @inline(__always)
    static func context(_ values: UnsafePointer<Int32>, _ index: Int, row: Int, column: Int, columns: Int) -> (predicted: Int32, class: Int)
    {
        guard row > 0 else { return (column > 0 ? values[index - 1] : 0, 0) }
        let north = values[index - columns]
        guard column > 0 else { return (north, 0) }
        let (west, corner) = (values[index - 1], values[index - columns - 1])
        let (low, high) = (min(west, north), max(west, north))
        let predicted = corner >= high ? low : (corner <= low ? high : west &+ north &- corner)
        let activity = UInt64((Int64(west) - Int64(corner)).magnitude) + UInt64((Int64(north) - Int64(corner)).magnitude)
        return (predicted, activity == 0 ? 0 : (activity <= 2 ? 1 : (activity <= 8 ? 2 : 3)))
    }

    /// - Parameter values: whole rows of `columns`.
    static func encode(_ values: [Int32], columns: Int) -> [UInt8] {
        var bits = BitSink()
        var adaptations = [Adaptation](repeating: Adaptation(), count: classes)
        values.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            // Bounds: `context` looks at neighbours above and to the left only where row and column say that there are any.
            for index in buffer.indices {
                let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                let (predicted, activity) = context(base, index, row: row, column: column, columns: columns)
                let residual = base[index] &- predicted
                let code = UInt32(bitPattern: residual << 1 ^ residual >> 31)
                put(code, adaptations[activity].parameter, into: &bits)
                adaptations[activity].note(code)
            }
        }
        return bits.finish()
    }

    private static func put(_ code: UInt32, _ parameter: Int, into bits: inout BitSink) {
        let quotient = Int(code >> UInt32(parameter))
        guard quotient < escape else {
            bits.put(0, count: escape)
            bits.put(UInt64(code), count: 32)
            return
        }
        bits.put(1, count: quotient + 1)
        bits.put(UInt64(code) & (1 << UInt64(parameter) - 1), count: parameter)
    }

    /// - Returns: `nil` unless `bytes` are exactly the code of `rows` × `columns` values.
    static func decode(_ bytes: ArraySlice<UInt8>, rows: Int, columns: Int) -> [Int32]? {
        // Each value takes a bit at least, so no length that somebody wrote makes memory that the bytes do not justify.
        guard rows > 0, columns > 0, rows * columns <= bytes.count * 8 else { return nil }
        var bits = BitSource(bytes)
        var adaptations = [Adaptation](repeating: Adaptation(), count: classes)
        var values = [Int32](repeating: 0, count: rows * columns)
        let isWhole = values.withUnsafeMutableBufferPointer { buffer -> Bool in
            guard let base = buffer.baseAddress else { return false }
            for index in buffer.indices {
                let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                let (predicted, activity) = context(base, index, row: row, column: column, columns: columns)
                guard let code = take(adaptations[activity].parameter, from: &bits) else { return false }
                adaptations[activity].note(code)
                base[index] = predicted &+ (Int32(bitPattern: code >> 1) ^ -Int32(bitPattern: code & 1))
            }
            return true
        }
        return isWhole && bits.isPadding ? values : nil
    }

    private static func take(_ parameter: Int, from bits: inout BitSource) -> UInt32? {
        guard let quotient = bits.zeros(atMost: escape) else { return nil }
        guard quotient < escape else { return bits.take(32).map { UInt32(truncatingIfNeeded: $0) } }
        guard let rest = bits.take(parameter) else { return nil }
        return UInt32(truncatingIfNeeded: UInt64(quotient) << UInt64(parameter) | rest)
    }
}
