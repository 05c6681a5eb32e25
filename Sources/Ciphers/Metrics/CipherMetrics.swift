import Foundation

/// Statistics of samples of b bits. They tell a broken cipher from a random one only where it is badly broken: statistics are not
/// security, as the negative controls show.
public enum CipherMetrics {
    /// How often each level occurs.
    public static func histogram(_ samples: [UInt16], bits: Int) -> [Int] {
        var histogram = [Int](repeating: 0, count: 1 << bits)
        for sample in samples { histogram[Int(sample)] += 1 }
        return histogram
    }

    /// Shannon's entropy of the histogram, in bits a sample.
    public static func entropy(_ samples: [UInt16], bits: Int) -> Double {
        let count = Double(max(1, samples.count))
        return histogram(samples, bits: bits).reduce(0) { sum, number in
            number == 0 ? sum : sum - Double(number) / count * log2(Double(number) / count)
        }
    }

    /// The entropy that uniform samples are expected to have: fewer bits than b where there are few samples.
    ///
    /// H = log2 N − 2^b/N · E[X log2 X] with X binomial for N draws of probability 2^−b.
    public static func expectedEntropy(sampleCount: Int, bits: Int) -> Double {
        let (count, levels) = (Double(sampleCount), pow(2, Double(bits)))
        guard sampleCount > 1 else { return 0 }
        let probability = 1 / levels
        let (mean, deviation) = (count * probability, (count * probability * (1 - probability)).squareRoot())
        let last = min(sampleCount, Int(mean + 12 * deviation) + 40)
        let first = max(2, Int(mean - 12 * deviation) - 40)
        var sum = 0.0
        for number in stride(from: first, through: last, by: 1) {
            let x = Double(number)
            let logarithm =
                lgamma(count + 1) - lgamma(x + 1) - lgamma(count - x + 1) + x * log(probability) + (count - x) * log1p(-probability)
            sum += exp(logarithm) * x * log2(x)
        }
        return log2(count) - levels / count * sum
    }

    /// Pearson's χ² of the histogram against a uniform one. Levels are taken together, 2, 4, 8 … of them, until at least 5 samples are
    /// expected in each class.
    ///
    /// - Returns: nil for fewer than 10 samples.
    public static func chiSquare(_ samples: [UInt16], bits: Int) -> ChiSquare? {
        var classBits = bits
        while classBits > 0, samples.count >> classBits < 5 { classBits -= 1 }
        guard classBits > 0 else { return nil }
        var classes = [Int](repeating: 0, count: 1 << classBits)
        for sample in samples { classes[Int(sample) >> (bits - classBits)] += 1 }
        let expected = Double(samples.count) / Double(classes.count)
        let statistic = classes.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        return ChiSquare(statistic: statistic, degreesOfFreedom: classes.count - 1)
    }

    /// Pearson's correlation of neighbours, over all pairs of a frame that have the same channel.
    ///
    /// - Parameters:
    ///   - right: columns to the neighbour.
    ///   - down: rows to the neighbour.
    /// - Returns: nil where there are fewer than two pairs or all samples on a side are equal.
    public static func correlation(_ plane: Plane, right: Int, down: Int) -> Correlation? {
        let row = plane.width * plane.channels
        let distance = down * row + right * plane.channels
        var sums = (x: 0.0, y: 0.0, xx: 0.0, yy: 0.0, xy: 0.0)
        var count = 0
        for frame in 0..<plane.frames {
            for y in 0..<max(0, plane.height - down) {
                let start = frame * plane.frameSampleCount + y * row
                for place in start..<start + max(0, row - right * plane.channels) {
                    let (left, other) = (Double(plane.samples[place]), Double(plane.samples[place + distance]))
                    sums = (
                        sums.x + left, sums.y + other, sums.xx + left * left, sums.yy + other * other, sums.xy + left * other
                    )
                    count += 1
                }
            }
        }
        let n = Double(count)
        let (varianceX, varianceY) = (n * sums.xx - sums.x * sums.x, n * sums.yy - sums.y * sums.y)
        guard count > 1, varianceX > 0, varianceY > 0 else { return nil }
        return Correlation(
            coefficient: (n * sums.xy - sums.x * sums.y) / (varianceX.squareRoot() * varianceY.squareRoot()), pairCount: count)
    }
}

/// A χ² and its distribution.
public struct ChiSquare: Hashable, Sendable {
    public let statistic: Double
    public let degreesOfFreedom: Int

    /// The probability that uniform samples have a χ² at least as large.
    public var probability: Double {
        1 - SpecialFunctions.lowerGamma(Double(degreesOfFreedom) / 2, statistic / 2)
    }

    /// The χ² that uniform samples exceed with a probability of `alpha`.
    public func criticalValue(alpha: Double) -> Double {
        var (low, high) = (0.0, Double(degreesOfFreedom) + 40 * Double(2 * degreesOfFreedom).squareRoot() + 100)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if 1 - SpecialFunctions.lowerGamma(Double(degreesOfFreedom) / 2, middle / 2) > alpha { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// A correlation and its critical value.
public struct Correlation: Hashable, Sendable {
    /// −1 … 1.
    public let coefficient: Double
    public let pairCount: Int

    /// Independent samples exceed this in magnitude with a probability of about `alpha`: z(α/2)/√n.
    public func criticalValue(alpha: Double) -> Double {
        SpecialFunctions.normalQuantile(1 - alpha / 2) / Double(pairCount).squareRoot()
    }
}

/// Distribution functions that critical values need.
enum SpecialFunctions {
    /// The z that a standard normal variable is below with a probability, 0 < p < 1: the distribution function inverted by bisection.
    static func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised lower incomplete gamma function P(a, x): a series below a + 1, a continued fraction above (Abramowitz and Stegun
    /// 6.5.29 and 6.5.31).
    static func lowerGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 0 }
        let scale = exp(-x + a * log(x) - lgamma(a))
        if x < a + 1 {
            var (term, sum, n) = (1 / a, 1 / a, a)
            while abs(term) > abs(sum) * 1e-16 {
                n += 1
                term *= x / n
                sum += term
            }
            return min(1, sum * scale)
        }
        // Lentz's method.
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var h = d
        var n = 1.0
        while n < 1_000_000 {
            let factor = -n * (n - a)
            b += 2
            d = factor * d + b
            if abs(d) < tiny { d = tiny }
            c = b + factor / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let change = d * c
            h *= change
            if abs(change - 1) < 1e-16 { break }
            n += 1
        }
        return max(0, 1 - scale * h)
    }
}
