import Foundation

/// How often each level occurs in an image.
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
