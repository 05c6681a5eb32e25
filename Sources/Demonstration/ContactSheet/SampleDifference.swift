import Foundation

/// What distinguishes two images of the same shape, sample by sample.
struct SampleDifference: Sendable {
    let width: Int
    let height: Int
    /// Per pixel the difference of largest magnitude among its channels, second image minus first.
    let values: [Int32]
    let changedSamples: Int
    let sampleCount: Int
    /// The largest magnitude.
    let maximum: Int32
    private let sumOfSquares: Double

    /// - Precondition: none; of images of different shape only the common number of samples is compared. Check `hasShape(of:)` first.
    init(from first: SampleImage, to second: SampleImage) {
        var values = [Int32](repeating: 0, count: first.width * first.height)
        var changed = 0
        var maximum: Int32 = 0
        var squares = 0.0
        for (index, (before, after)) in zip(first.samples, second.samples).enumerated() {
            let difference = Int32(clamping: Int64(after) - Int64(before))
            guard difference != 0 else { continue }
            changed += 1
            let magnitude = Int32(clamping: difference.magnitude)
            maximum = max(maximum, magnitude)
            squares += Double(difference) * Double(difference)
            let pixel = index / first.channels
            if magnitude > Int32(clamping: values[pixel].magnitude) { values[pixel] = difference }
        }
        self.values = values
        self.maximum = maximum
        width = first.width
        height = first.height
        changedSamples = changed
        sampleCount = first.samples.count
        sumOfSquares = squares
    }

    var changedShare: Double { sampleCount == 0 ? 0 : Double(changedSamples) / Double(sampleCount) }

    /// Peak signal-to-noise ratio in dB against a peak-to-peak range; nil when nothing differs.
    func peakSignalToNoise(range: Double) -> Double? {
        guard sumOfSquares > 0, range > 0 else { return nil }
        return 10 * log10(range * range * Double(sampleCount) / sumOfSquares)
    }
}
