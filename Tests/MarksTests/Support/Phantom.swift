import Marks
import SeededRandomness

/// Images that look enough like real ones for a mark: a bright body with texture in a dark surround with a little noise.
enum Phantom {
    static func plane(
        height: Int, width: Int, bits: Int = 12, isSigned: Bool = false, padding: Int32? = nil, noise: Int32 = 3,
        using random: inout SplitMix64
    ) throws -> SamplePlane {
        let low: Int32 = isSigned ? -(1 << (bits - 1)) : 0
        let high: Int32 = isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1
        let span = high - low
        let (centreRow, centreColumn) = (Double(height) / 2, Double(width) / 2)
        var samples: [Int32] = []
        samples.reserveCapacity(height * width)
        for row in 0..<height {
            for column in 0..<width {
                let (y, x) = ((Double(row) - centreRow) / centreRow, (Double(column) - centreColumn) / centreColumn)
                let isInside = x * x + y * y < 0.7
                let base = isInside ? span / 2 + Int32(Double(span) * 0.05 * (x * y + x)) : span / 40 + 4
                let texture = Int32.random(in: -noise...noise, using: &random) + Int32.random(in: -noise...noise, using: &random)
                let isPadded = padding != nil && x * x + y * y > 1.5
                samples.append(isPadded ? padding ?? low : min(max(low + base + texture, low), high))
            }
        }
        return try SamplePlane(height: height, width: width, range: low...high, padding: padding, samples: samples)
    }

    static func image(height: Int = 256, width: Int = 256, seed: UInt64 = 1) throws -> MarkImage {
        var random = SplitMix64(seed: seed)
        return MarkImage(try plane(height: height, width: width, using: &random))
    }
}

extension MarkImage {
    /// This image with some samples of the carrying plane changed.
    func changing(_ change: (inout [Int32], _ width: Int) -> Void) throws -> MarkImage {
        var samples = carrier.samples
        change(&samples, width)
        let plane = try SamplePlane(
            height: height, width: width, range: carrier.range, padding: carrier.padding,
            samples: samples.map { min(max($0, carrier.range.lowerBound), carrier.range.upperBound) })
        var planes = planes
        planes[carrierIndex] = plane
        return try MarkImage(planes: planes, carrierIndex: carrierIndex)
    }
}
