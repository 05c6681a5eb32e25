import SeededRandomness

/// Noise as filtered back projection leaves it: neighbours resemble each other, but there is none of it at the lowest frequencies.
///
/// White noise is smoothed by a narrow kernel, and half of what a wide kernel leaves of that is taken off again. The
/// autocorrelation at distances 1, 2 and 3 then is about 0.6, 0.1 and −0.1, as in the brain tissue of clinical head CT.
struct NoiseField {
    let width: Int
    let height: Int
    /// Row by row, mean about 0, variance about 1.
    let values: [Float]

    private static let narrow: [Float] = [0.04, 0.24, 0.44, 0.24, 0.04]
    private static let wide: [Float] = [0.06, 0.10, 0.14, 0.19, 0.02, 0.19, 0.14, 0.10, 0.06]

    init(width: Int, height: Int, generator: inout SeededGenerator) {
        self.width = width
        self.height = height
        var white = [Float](repeating: 0, count: width * height)
        for index in white.indices { white[index] = generator.nextNormal() }
        let fine = Self.smoothed(white, width: width, height: height, kernel: Self.narrow)
        let coarse = Self.smoothed(fine, width: width, height: height, kernel: Self.wide)
        var filtered = fine
        for index in filtered.indices { filtered[index] -= 0.5 * coarse[index] }
        values = Self.normalised(filtered)
    }

    /// Scaled to variance 1. Sums run in `Double`, so that their order of magnitude does not cost precision.
    private static func normalised(_ values: [Float]) -> [Float] {
        var sumOfSquares = 0.0
        for value in values { sumOfSquares += Double(value) * Double(value) }
        guard sumOfSquares > 0 else { return values }
        let scale = Float((Double(values.count) / sumOfSquares).squareRoot())
        return values.map { $0 * scale }
    }

    /// A separable convolution that wraps around the edges.
    private static func smoothed(_ input: [Float], width: Int, height: Int, kernel: [Float]) -> [Float] {
        let reach = kernel.count / 2
        var rows = [Float](repeating: 0, count: input.count)
        for y in 0..<height {
            for x in 0..<width {
                var sum: Float = 0
                for tap in kernel.indices {
                    let column = (x + tap - reach + width * kernel.count) % width
                    sum += kernel[tap] * input[y * width + column]
                }
                rows[y * width + x] = sum
            }
        }
        var result = [Float](repeating: 0, count: input.count)
        for y in 0..<height {
            for tap in kernel.indices {
                let row = (y + tap - reach + height * kernel.count) % height
                for x in 0..<width { result[y * width + x] += kernel[tap] * rows[row * width + x] }
            }
        }
        return result
    }
}

/// The same seed gives the same study on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var numbers: SplitMix64

    /// - Parameters:
    ///   - seed: what the user gave.
    ///   - stream: keeps uses of one seed apart (slice number, identifiers).
    init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = SplitMix64(seed: seed)
        numbers = SplitMix64(seed: mixer.next() &+ stream &* 0xD1B5_4A32_D192_ED03)
    }

    mutating func next() -> UInt64 { numbers.next() }

    /// A normal deviate of mean 0 and variance 1, as the sum of eight uniform ones (Irwin–Hall): only additions and one
    /// multiplication, so that it does not hang on a machine's `log` and `cos`. Reaches ±4.9.
    mutating func nextNormal() -> Float {
        var sum: UInt32 = 0
        for _ in 0..<2 {
            let word = next()
            sum += UInt32(truncatingIfNeeded: word & 0xFFFF) + UInt32(truncatingIfNeeded: (word >> 16) & 0xFFFF)
            sum += UInt32(truncatingIfNeeded: (word >> 32) & 0xFFFF) + UInt32(truncatingIfNeeded: word >> 48)
        }
        // Eight uniform deviates in 0 … 65535: mean 262 140, variance 8 · (65536² − 1) / 12.
        return (Float(sum) - 262_140) / 53_509.97
    }
}
