/// Mean and entropy of samples in fixed point, so that every machine computes the same bytes.
struct HistogramStatistics: Hashable {
    /// floor(2^32 · sum / count).
    let mean: UInt64
    /// Entropy in bits as a multiple of 2^−32: L(count) − floor(Σ n · L(n) / count) over the levels' numbers n, with
    /// L = ``FixedPointLogarithm``.
    let entropy: UInt64

    init(of samples: [UInt16], bits: Int) {
        var histogram = [UInt64](repeating: 0, count: 1 << bits)
        var sum: UInt64 = 0
        for sample in samples {
            histogram[Int(sample)] += 1
            sum += UInt64(sample)
        }
        let count = UInt64(max(1, samples.count))
        mean = UInt64(truncatingIfNeeded: (UInt128(sum) << 32) / UInt128(count))
        var weighted: UInt128 = 0
        for number in histogram where number > 1 { weighted += UInt128(number) * UInt128(FixedPointLogarithm.base2(number)) }
        entropy = FixedPointLogarithm.base2(count) - UInt64(truncatingIfNeeded: weighted / UInt128(count))
    }

    /// Mean, then entropy, each in 8 bytes, big endian.
    var bytes: [UInt8] { [mean, entropy].flatMap { value in withUnsafeBytes(of: value.bigEndian) { Array($0) } } }
}

/// Logarithms of whole numbers by repeated squaring.
enum FixedPointLogarithm {
    /// log2 as a multiple of 2^−32, rounded down bit by bit: the mantissa, on 63 binary places, is squared 32 times; each square at or above
    /// 2 gives a one and is halved; places below the last one are cut off.
    ///
    /// - Parameter value: at least 1.
    static func base2(_ value: UInt64) -> UInt64 {
        let whole = UInt64(63 - value.leadingZeroBitCount)
        var mantissa = value << UInt64(value.leadingZeroBitCount)
        var fraction: UInt64 = 0
        for _ in 0..<32 {
            let square = mantissa.multipliedFullWidth(by: mantissa)
            fraction <<= 1
            if square.high >> 63 == 1 {
                fraction |= 1
                mantissa = square.high
            } else {
                mantissa = square.high << 1 | square.low >> 63
            }
        }
        return whole << 32 | fraction
    }
}
