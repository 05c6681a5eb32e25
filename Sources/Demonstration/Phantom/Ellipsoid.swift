/// One body of a phantom: an ellipsoid of one value, painted over what was there before.
///
/// Lengths are fractions of half the field of view: x runs from −1 (the image's left edge) to 1, y from −1 (its top, anterior) to 1,
/// z from −1 (the lowest slice) to 1.
struct Ellipsoid: Sendable {
    let centre: SIMD3<Float>
    let semiAxes: SIMD3<Float>
    /// Cosine and sine of the rotation about z.
    let rotation: SIMD2<Float>
    /// Hounsfield units, or the arbitrary units of another modality.
    let value: Float

    /// - Parameter slope: the tangent of half the rotation angle about z; gives cosine and sine without a trigonometric function,
    ///   whose last bit may differ between machines.
    init(_ value: Float, at centre: SIMD3<Float>, semiAxes: SIMD3<Float>, slope: Float = 0) {
        self.value = value
        self.centre = centre
        self.semiAxes = semiAxes
        let denominator = 1 + slope * slope
        rotation = SIMD2((1 - slope * slope) / denominator, 2 * slope / denominator)
    }

    /// Paints the cut at height `z` into a square raster, with edges that blend over one sample.
    ///
    /// - Parameters:
    ///   - raster: `size` × `size` values, row by row.
    ///   - z: −1 … 1.
    func paint(into raster: inout [Float], size: Int, z: Float) {
        let height = (z - centre.z) / semiAxes.z
        let remaining = 1 - height * height
        guard remaining > 0 else { return }
        let shrink = remaining.squareRoot()
        let halfAxes = SIMD2(semiAxes.x, semiAxes.y) * shrink
        let sample = 2 / Float(size)
        guard halfAxes.x > sample, halfAxes.y > sample else { return }

        let reach = max(halfAxes.x, halfAxes.y) + sample
        let columns = Self.indices(from: centre.x - reach, to: centre.x + reach, size: size)
        let rows = Self.indices(from: centre.y - reach, to: centre.y + reach, size: size)
        for row in rows {
            let y = (Float(row) + 0.5) * sample - 1 - centre.y
            for column in columns {
                let x = (Float(column) + 0.5) * sample - 1 - centre.x
                let u = SIMD2(x * rotation.x + y * rotation.y, y * rotation.x - x * rotation.y) / halfAxes
                let radius = (u * u).sum().squareRoot()
                guard radius < 1.2 else { continue }
                // First-order distance to the edge: (radius − 1) over the length of radius' gradient.
                let gradient = (u / halfAxes * (u / halfAxes)).sum().squareRoot() / max(radius, 1e-6)
                let coverage = min(max(0.5 - (radius - 1) / (gradient * sample), 0), 1)
                let index = row * size + column
                raster[index] += (value - raster[index]) * coverage
            }
        }
    }

    /// The indices of the samples whose centres can lie between two coordinates.
    private static func indices(from low: Float, to high: Float, size: Int) -> Range<Int> {
        let scale = Float(size) / 2
        let first = Int(max(0, min(Float(size), ((low + 1) * scale).rounded(.down))))
        let last = Int(max(0, min(Float(size), ((high + 1) * scale).rounded(.up))))
        return first..<max(first, last)
    }
}
