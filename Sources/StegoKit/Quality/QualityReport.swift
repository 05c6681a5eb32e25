import Foundation

/// The distance of stego samples from their cover.
public struct QualityReport: Hashable, Sendable {
    /// Samples compared.
    public let sampleCount: Int
    /// Samples that differ.
    public let changedSamples: Int
    /// The largest difference in levels.
    public let maximumChange: Int
    /// Mean of squared differences, in squared levels; 0 for no samples.
    public let meanSquaredError: Double
    /// Largest minus smallest level of the cover.
    public let usedRange: Int
    /// 2^bitsStored − 1.
    public let storedRange: Int

    /// Peak signal-to-noise ratio against the used range, in dB; infinite if nothing differs.
    public var psnrOfUsedRange: Double { Self.decibels(peak: usedRange, meanSquaredError: meanSquaredError) }

    /// Peak signal-to-noise ratio against the stored range, in dB; infinite if nothing differs.
    public var psnrOfStoredRange: Double { Self.decibels(peak: storedRange, meanSquaredError: meanSquaredError) }

    /// Compares in one pass.
    ///
    /// - Throws: ``EmbeddingError`` `invalidPlanes` if the two differ in shape.
    public init(cover: SamplePlanes, stego: SamplePlanes) throws(EmbeddingError) {
        let coverShape = cover.planes.map(\.count)
        guard cover.rows == stego.rows, cover.columns == stego.columns, coverShape == stego.planes.map(\.count) else {
            throw .invalidPlanes("cover and stego samples differ in shape")
        }
        var total = Accumulator()
        for (coverPlane, stegoPlane) in zip(cover.planes, stego.planes) { total.add(coverPlane, stegoPlane) }
        sampleCount = coverShape.reduce(0, +)
        changedSamples = total.changed
        maximumChange = Int(total.maximumChange)
        meanSquaredError = sampleCount == 0 ? 0 : total.squaredError / Double(sampleCount)
        usedRange = sampleCount == 0 ? 0 : Int(total.highest) - Int(total.lowest)
        storedRange = Int(cover.maximumLevel)
    }

    /// Of an image of which some parts were compared and the others are known to be as they were.
    ///
    /// - Parameters:
    ///   - sampleCount: of the whole image.
    ///   - usedRange: of the whole image.
    init(of parts: [QualityReport], sampleCount: Int, usedRange: Int, storedRange: Int) {
        self.sampleCount = sampleCount
        self.usedRange = usedRange
        self.storedRange = storedRange
        changedSamples = parts.reduce(0) { $0 + $1.changedSamples }
        maximumChange = parts.map(\.maximumChange).max() ?? 0
        let squaredError = parts.reduce(0) { $0 + $1.meanSquaredError * Double($1.sampleCount) }
        meanSquaredError = sampleCount == 0 ? 0 : squaredError / Double(sampleCount)
    }

    private static func decibels(peak: Int, meanSquaredError: Double) -> Double {
        guard meanSquaredError > 0 else { return .infinity }
        return 10 * log10(Double(peak) * Double(peak) / meanSquaredError)
    }
}

extension QualityReport {
    /// Sums over planes, block by block so that the inner loop stays in narrow integers.
    private struct Accumulator {
        /// Samples a block: the sum of 2^12 squares below 2^32 fits 64 bits, the count 32.
        private static let blockLength = 1 << 12

        var squaredError = 0.0
        var changed = 0
        var maximumChange: UInt16 = 0
        var lowest = UInt16.max
        var highest = UInt16.min

        mutating func add(_ cover: [UInt16], _ stego: [UInt16]) {
            let count = min(cover.count, stego.count)
            for start in stride(from: 0, to: count, by: Self.blockLength) {
                addBlock(cover, stego, start..<min(start + Self.blockLength, count))
            }
        }

        private mutating func addBlock(_ cover: [UInt16], _ stego: [UInt16], _ range: Range<Int>) {
            var (low, high, largest, differing, squares) = (lowest, highest, maximumChange, UInt32(0), UInt64(0))
            // `range` is within both arrays: it is cut to the shorter one's count.
            cover.withUnsafeBufferPointer { cover in
                stego.withUnsafeBufferPointer { stego in
                    guard let cover = cover.baseAddress, let stego = stego.baseAddress else { return }
                    for index in range {
                        let difference = max(cover[index], stego[index]) &- min(cover[index], stego[index])
                        low = min(low, cover[index])
                        high = max(high, cover[index])
                        largest = max(largest, difference)
                        differing &+= difference == 0 ? 0 : 1
                        squares &+= UInt64(UInt32(difference) &* UInt32(difference))
                    }
                }
            }
            (lowest, highest, maximumChange) = (low, high, largest)
            changed += Int(differing)
            squaredError += Double(squares)
        }
    }
}

/// The number of times that each level occurs in an image.
public struct SampleHistogram: Hashable, Sendable {
    /// Occurrences by level; 2^bitsStored of them, or more where a level exceeds what it may be.
    public let counts: [Int]
    public let sampleCount: Int

    public init(of planes: SamplePlanes) {
        var counts = [Int](repeating: 0, count: 1 << 16)
        for plane in planes.planes {
            for level in plane { counts[Int(level)] += 1 }
        }
        let length = max(Int(planes.maximumLevel), counts.lastIndex { $0 > 0 } ?? 0) + 1
        self.counts = Array(counts[..<length])
        sampleCount = planes.sampleCount
    }

    /// Shannon's entropy of single levels, in bits a sample; 0 for no samples.
    public var entropy: Double {
        guard sampleCount > 0 else { return 0 }
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let probability = Double(count) / Double(sampleCount)
            return sum - probability * log2(probability)
        }
    }

    /// The smallest and the largest level that occurs; `nil` for no samples.
    public var usedLevels: ClosedRange<Int>? {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else { return nil }
        return first...last
    }

    /// The level below or at which at least `share` (0 … 1) of the samples lie; 0 for no samples.
    public func quantile(_ share: Double) -> Int {
        let wanted = Int((share * Double(sampleCount)).rounded(.up))
        var seen = 0
        for (level, count) in counts.enumerated() {
            seen += count
            if seen >= wanted, seen > 0 { return level }
        }
        return max(0, counts.count - 1)
    }
}
