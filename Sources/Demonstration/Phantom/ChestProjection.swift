/// A chest radiograph of ellipsoids: each adds its attenuation times the length of the ray inside it.
struct ChestProjection: Sendable {
    /// Rows and columns.
    let size: Int
    let index: Int
    let seed: UInt64

    /// 12 bits in 16, unsigned, dense parts bright.
    func computedRadiography() -> PhantomImage {
        var values = [Float](repeating: 0, count: size * size)
        for body in Anatomy.chest { add(body, to: &values) }
        var generator = SeededGenerator(seed: seed, stream: 7_000_000 + UInt64(clamping: index))
        let noise = NoiseField(width: size, height: size, generator: &generator)
        for position in values.indices {
            // Fewer quanta arrive behind more matter, so the logarithm's noise grows with it.
            let depth = values[position]
            values[position] = 240 + 1900 * depth + (5 + 9 * depth) * noise.values[position]
        }
        return PhantomImage(
            rows: size, columns: size, bitsAllocated: 16, bitsStored: 12, isSigned: false,
            bytes: PhantomImage.bytes(of: values, bitsStored: 12, isSigned: false)
        )
    }

    /// Adds the chord that each ray along y cuts from the body.
    private func add(_ body: Ellipsoid, to values: inout [Float]) {
        let step = 2 / Float(size)
        for row in 0..<size {
            let z = (1 - (Float(row) + 0.5) * step - body.centre.z) / body.semiAxes.z
            guard z * z < 1 else { continue }
            for column in 0..<size {
                let x = ((Float(column) + 0.5) * step - 1 - body.centre.x) / body.semiAxes.x
                let inside = 1 - x * x - z * z
                if inside > 0 { values[row * size + column] += body.value * body.semiAxes.y * 2 * inside.squareRoot() }
            }
        }
    }
}

extension Anatomy {
    /// Trunk, lungs, heart, spine, ribs; values are attenuation per half field of view, relative to soft tissue.
    static let chest: [Ellipsoid] = trunk + ribs + spine

    private static let trunk: [Ellipsoid] = [
        Ellipsoid(0.80, at: [0, 0, -0.25], semiAxes: [0.86, 0.50, 1.30]),
        Ellipsoid(0.55, at: [0, 0, 0.85], semiAxes: [0.26, 0.24, 0.60]),
        Ellipsoid(-0.62, at: [-0.40, 0, 0.05], semiAxes: [0.30, 0.36, 0.66]),
        Ellipsoid(-0.62, at: [0.42, 0, 0.05], semiAxes: [0.28, 0.36, 0.66]),
        Ellipsoid(0.62, at: [0.12, -0.08, -0.22], semiAxes: [0.30, 0.26, 0.34]),
        Ellipsoid(0.45, at: [-0.38, 0, -0.72], semiAxes: [0.44, 0.34, 0.32]),
        Ellipsoid(0.35, at: [0.42, 0, -0.80], semiAxes: [0.36, 0.30, 0.26]),
    ]

    private static let ribs: [Ellipsoid] = (0..<9).flatMap { level -> [Ellipsoid] in
        let z = 0.62 - 0.155 * Float(level)
        let reach = 0.20 + 0.022 * Float(level)
        return [-1, 1].map { (side: Float) in
            Ellipsoid(0.9, at: [side * 0.42, 0, z], semiAxes: [reach + 0.10, 0.10, 0.022])
        }
    }

    private static let spine: [Ellipsoid] = (0..<14).map { level in
        Ellipsoid(1.6, at: [0, 0.2, 0.9 - 0.14 * Float(level)], semiAxes: [0.085, 0.10, 0.058])
    }
}
