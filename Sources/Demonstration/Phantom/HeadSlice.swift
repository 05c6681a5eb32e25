/// One axial cut through the head phantom, for CT and MR.
struct HeadSlice: Sendable {
    /// Rows and columns.
    let size: Int
    /// 0 … `count − 1`, feet to head.
    let index: Int
    let count: Int
    let seed: UInt64

    /// Where the cut lies, from below the eyes to near the crown.
    private var z: Float {
        let share = count > 1 ? Float(index) / Float(count - 1) : 0.5
        return -0.88 + 1.74 * share
    }

    /// The image that a CT scanner stores: HU + 1024, and −2000 outside of the circle that it reconstructs.
    ///
    /// The noise grows from 4 HU at the rim to 11 HU at the centre, where the rays lose most, as in a routine head scan.
    func computedTomography() -> PhantomImage {
        var values = painted(Anatomy.head, background: -1000)
        let noise = noiseField()
        forEachSample { position, index in
            let distance = (position * position).sum()
            guard distance <= 0.998 else {
                values[index] = Self.padding
                return
            }
            let sigma = 4 + 7 * max(0, 1 - distance * 1.4)
            values[index] += 1024 + sigma * noise.values[index]
        }
        return PhantomImage(
            rows: size, columns: size, bitsAllocated: 16, bitsStored: 16, isSigned: true,
            bytes: PhantomImage.bytes(of: values, bitsStored: 16, isSigned: true)
        )
    }

    /// A T1-weighted look of the same head in arbitrary units, 12 bits in 16: magnitude noise, and a coil that hears the rim better.
    func magneticResonance() -> PhantomImage {
        var values = painted(Anatomy.head.map { $0.showing(Self.signal(hounsfield: $0.value)) }, background: 0)
        let inPhase = noiseField()
        let quadrature = noiseField(stream: 1)
        forEachSample { position, index in
            let gain = 0.8 + 0.35 * (position * position).sum()
            let real = values[index] * gain + 14 * inPhase.values[index]
            let imaginary = 14 * quadrature.values[index]
            values[index] = (real * real + imaginary * imaginary).squareRoot()
        }
        return PhantomImage(
            rows: size, columns: size, bitsAllocated: 16, bitsStored: 12, isSigned: false,
            bytes: PhantomImage.bytes(of: values, bitsStored: 12, isSigned: false)
        )
    }

    static let padding: Float = -2000

    private func painted(_ bodies: [Ellipsoid], background: Float) -> [Float] {
        var raster = [Float](repeating: background, count: size * size)
        for body in bodies { body.paint(into: &raster, size: size, z: z) }
        return raster
    }

    private func noiseField(stream: UInt64 = 0) -> NoiseField {
        var generator = SeededGenerator(seed: seed, stream: UInt64(clamping: index) * 4 + 1 + stream)
        return NoiseField(width: size, height: size, generator: &generator)
    }

    /// Calls `body` with each sample's position (−1 … 1) and index.
    private func forEachSample(_ body: (_ position: SIMD2<Float>, _ index: Int) -> Void) {
        let step = 2 / Float(size)
        for row in 0..<size {
            for column in 0..<size {
                body(SIMD2((Float(column) + 0.5) * step - 1, (Float(row) + 0.5) * step - 1), row * size + column)
            }
        }
    }

    /// T1-weighted brightness of what has this attenuation: fat bright, white matter above grey, fluid and bone dark, no air.
    private static func signal(hounsfield: Float) -> Float {
        switch hounsfield {
        case ..<(-200): 0
        case ..<(-20): 1900
        case ..<15: 220
        case ..<25: 420
        case ..<33: 1150
        case ..<50: 860
        case ..<100: 980
        case ..<400: 500
        default: 130
        }
    }
}

extension Ellipsoid {
    /// The same body with another value.
    func showing(_ value: Float) -> Ellipsoid {
        Ellipsoid(value: value, centre: centre, semiAxes: semiAxes, rotation: rotation)
    }

    private init(value: Float, centre: SIMD3<Float>, semiAxes: SIMD3<Float>, rotation: SIMD2<Float>) {
        self.value = value
        self.centre = centre
        self.semiAxes = semiAxes
        self.rotation = rotation
    }
}
