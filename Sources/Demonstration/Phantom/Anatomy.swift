/// The bodies that make up a phantom, in painting order.
enum Anatomy {
    /// A head in the manner of Shepp and Logan (1974), three-dimensional and in Hounsfield units.
    static let head: [Ellipsoid] = headRest + skull + brain + ventricles + face + lesions

    private static let headRest: [Ellipsoid] = [
        Ellipsoid(-760, at: [0, 0.30, 0], semiAxes: [0.78, 0.60, 9]),
        Ellipsoid(-1000, at: [0, 0.27, 0], semiAxes: [0.755, 0.585, 9]),
        Ellipsoid(-1000, at: [0, -0.42, 0], semiAxes: [1.2, 0.72, 9]),
    ]

    private static let skull: [Ellipsoid] = [
        Ellipsoid(-60, at: [0, 0, -0.25], semiAxes: [0.655, 0.815, 1.32]),
        Ellipsoid(45, at: [0, 0, -0.25], semiAxes: [0.640, 0.800, 1.30]),
        Ellipsoid(1150, at: [0, 0, -0.25], semiAxes: [0.615, 0.775, 1.26]),
        Ellipsoid(520, at: [0, 0, -0.25], semiAxes: [0.595, 0.752, 1.23]),
        Ellipsoid(1050, at: [0, 0, -0.25], semiAxes: [0.580, 0.735, 1.20]),
        Ellipsoid(8, at: [0, 0, -0.25], semiAxes: [0.558, 0.710, 1.16]),
    ]

    private static let brain: [Ellipsoid] = [
        Ellipsoid(37, at: [0, 0, -0.25], semiAxes: [0.535, 0.685, 1.12]),
        Ellipsoid(27, at: [-0.25, -0.01, -0.05], semiAxes: [0.15, 0.46, 0.66], slope: 0.04),
        Ellipsoid(27, at: [0.25, -0.01, -0.05], semiAxes: [0.15, 0.46, 0.66], slope: -0.04),
        Ellipsoid(41, at: [-0.15, 0.02, 0.0], semiAxes: [0.075, 0.15, 0.28], slope: 0.12),
        Ellipsoid(41, at: [0.15, 0.02, 0.0], semiAxes: [0.075, 0.15, 0.28], slope: -0.12),
        Ellipsoid(44, at: [0, 0.34, -0.75], semiAxes: [0.30, 0.20, 0.34]),
        Ellipsoid(66, at: [0, 0.01, 0.15], semiAxes: [0.010, 0.62, 0.62]),
    ]

    private static let ventricles: [Ellipsoid] = [
        Ellipsoid(6, at: [-0.085, -0.16, 0.12], semiAxes: [0.050, 0.19, 0.30], slope: 0.16),
        Ellipsoid(6, at: [0.085, -0.16, 0.12], semiAxes: [0.050, 0.19, 0.30], slope: -0.16),
        Ellipsoid(6, at: [-0.14, 0.23, 0.08], semiAxes: [0.052, 0.16, 0.26], slope: -0.22),
        Ellipsoid(6, at: [0.14, 0.23, 0.08], semiAxes: [0.052, 0.16, 0.26], slope: 0.22),
        Ellipsoid(6, at: [0, 0.03, -0.08], semiAxes: [0.018, 0.09, 0.14]),
        Ellipsoid(180, at: [0, 0.175, 0.0], semiAxes: [0.020, 0.024, 0.06]),
    ]

    private static let face: [Ellipsoid] = [
        Ellipsoid(620, at: [-0.33, -0.10, -1.0], semiAxes: [0.15, 0.26, 0.22], slope: 0.5),
        Ellipsoid(620, at: [0.33, -0.10, -1.0], semiAxes: [0.15, 0.26, 0.22], slope: -0.5),
        Ellipsoid(-990, at: [-0.36, -0.06, -1.0], semiAxes: [0.05, 0.07, 0.16]),
        Ellipsoid(-990, at: [0.36, -0.06, -1.0], semiAxes: [0.05, 0.07, 0.16]),
        Ellipsoid(900, at: [0, -0.66, -0.75], semiAxes: [0.16, 0.10, 0.40]),
        Ellipsoid(-1000, at: [-0.06, -0.665, -0.75], semiAxes: [0.055, 0.062, 0.30]),
        Ellipsoid(-1000, at: [0.07, -0.665, -0.75], semiAxes: [0.065, 0.058, 0.34]),
        Ellipsoid(-70, at: [-0.25, -0.46, -1.0], semiAxes: [0.15, 0.17, 0.26]),
        Ellipsoid(-70, at: [0.25, -0.46, -1.0], semiAxes: [0.15, 0.17, 0.26]),
        Ellipsoid(22, at: [-0.25, -0.50, -1.0], semiAxes: [0.10, 0.10, 0.20]),
        Ellipsoid(22, at: [0.25, -0.50, -1.0], semiAxes: [0.10, 0.10, 0.20]),
    ]

    private static let lesions: [Ellipsoid] = [
        Ellipsoid(18, at: [0.29, 0.30, 0.25], semiAxes: [0.13, 0.11, 0.26], slope: 0.2),
        Ellipsoid(68, at: [0.30, 0.30, 0.25], semiAxes: [0.065, 0.052, 0.16], slope: 0.2),
    ]
}

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
