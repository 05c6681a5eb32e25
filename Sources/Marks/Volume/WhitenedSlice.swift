/// The spectrum of a residual, divided by its own radial mean power: what is periodic shows, what is merely strong does not.
struct WhitenedSlice: Sendable {
    /// The whitened residual in its place, where ``SliceResidual/weighted`` has a sample: index and value. The mean square is 1.
    let samples: [(index: Int, value: Float)]
    /// The spectrum of those samples, all others being zero.
    let spectrum: FourierTransform.Spectrum
    /// The spectrum of their squares.
    let powerSpectrum: FourierTransform.Spectrum
    /// The share of the square that has one.
    let usableShare: Double

    /// Spectral bins beyond which there is nothing but corners.
    private static let bins = 181
    private static let smooth = GaussianFilter(sigma: 1.5)
    /// Power is at least this share of the greatest.
    private static let leastPower: Float = 1e-4

    /// - Returns: `nil` where the slice shows too little.
    init?(_ slice: ObliqueSlice, _ transform: FourierTransform) {
        guard let residual = SliceResidual(slice) else { return nil }
        let side = ObliqueSlice.side
        var whitened = transform.spectrum(of: residual.weighted)
        Self.whiten(&whitened, side)
        transform.inverse(&whitened)
        let places = residual.weighted.indices.filter { residual.weighted[$0] != 0 }
        let power = places.reduce(0.0) { $0 + Double(whitened.re[$1]) * Double(whitened.re[$1]) }
        guard power > 0 else { return nil }
        let scale = Float((Double(places.count) / power).squareRoot())
        samples = places.map { ($0, whitened.re[$0] * scale) }
        var values = [Float](repeating: 0, count: residual.weighted.count)
        for sample in samples { values[sample.index] = sample.value }
        spectrum = transform.spectrum(of: values)
        powerSpectrum = transform.spectrum(of: values.map { $0 * $0 })
        usableShare = residual.usableShare
    }

    private static func whiten(_ spectrum: inout FourierTransform.Spectrum, _ side: Int) {
        let radii = (0..<side * side).map { index -> Int in
            let (row, column) = index.quotientAndRemainder(dividingBy: side)
            let (y, x) = (min(row, side - row), min(column, side - column))
            return min(Int(Double(x * x + y * y).squareRoot()), bins - 1)
        }
        var powers = [Float](repeating: 0, count: bins)
        var counts = [Float](repeating: 0, count: bins)
        for (index, radius) in radii.enumerated() {
            powers[radius] += spectrum.re[index] * spectrum.re[index] + spectrum.im[index] * spectrum.im[index]
            counts[radius] += 1
        }
        let means = zip(powers, counts).map { $0 / max($1, 1) }
        let smoothed = Self.smoothed(means)
        let least = (smoothed.max() ?? 0) * leastPower
        guard least > 0 else { return }
        for (index, radius) in radii.enumerated() {
            let power = max(smoothed[radius], least)
            spectrum.re[index] /= power
            spectrum.im[index] /= power
        }
    }

    /// Over neighbouring radii; at both ends the row is mirrored.
    private static func smoothed(_ means: [Float]) -> [Float] {
        let taps = smooth.weights
        let reach = taps.count / 2
        return means.indices.map { index in
            taps.indices.reduce(Float(0)) { sum, tap in
                let place = index + tap - reach
                let mirrored = place < 0 ? -place - 1 : (place >= means.count ? 2 * means.count - place - 1 : place)
                return sum + taps[tap] * means[mirrored]
            }
        }
    }
}
