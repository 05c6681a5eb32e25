/// Cosines as integers, the same on every machine: no library's `cos` decides a sample.
enum IntegerCosine {
    /// Entries of a whole turn.
    static let period = 4096
    /// The value of cos 0.
    static let one = 1 << 15

    /// One turn: ⌊32 768 · cos(2πk / 4096) + ½⌋ up to the last place of the series below.
    static let table: [Int32] = {
        let quarter = period / 4
        // The first quarter from the series; the others are its mirror images.
        let first = (0...quarter).map { Int32(truncatingIfNeeded: series($0)) }
        return (0..<period).map { index in
            let (turn, rest) = index.quotientAndRemainder(dividingBy: quarter)
            return switch turn {
            case 0: first[rest]
            case 1: -first[quarter - rest]
            case 2: -first[rest]
            default: first[quarter - rest]
            }
        }
    }()

    /// 32 768 · cos(2πk / 4096), rounded, for 0 ≤ k ≤ 1024, by the Taylor series with 30 fractional bits. Every product stays below 2⁶³.
    private static func series(_ index: Int) -> Int {
        // ⌊2π · 2³⁰ + ½⌋ = 6 746 518 852.
        let angle = (6_746_518_852 * index + period / 2) / period
        let square = (angle * angle) >> 30
        var term = 1 << 30
        var sum = term
        for order in stride(from: 1, through: 23, by: 2) {
            term = -((term * square) >> 30) / (order * (order + 1))
            sum += term
        }
        return (sum + 1 << 14) >> 15
    }

    /// ⌊√value⌋ by Newton's method in integers: the reference for ``root(_:)``.
    static func referenceRoot(_ value: Int) -> Int {
        guard value > 1 else { return max(value, 0) }
        var guess = 1 << ((Int.bitWidth - value.leadingZeroBitCount + 1) / 2)
        while true {
            let next = (guess + value / guess) / 2
            guard next < guess else { return guess }
            guess = next
        }
    }

    /// ⌊√value⌋ for 0 ≤ value < 2⁵⁰.
    ///
    /// IEEE 754 rounds square roots correctly, so this is exact on every machine: below 2⁵⁰ the value is a Double without rounding, and
    /// √(k² − 1) lies 1/(2k) > 2⁻²⁶ below k < 2²⁵, which is more than Double's spacing there, 2⁻²⁸.
    @inline(__always)
    static func root(_ value: Int) -> Int { Int(Double(value).squareRoot()) }
}
