/// An ultrasound clip: a sector of speckle with dark vessels, one of them coloured by flow.
struct SectorScan: Sendable {
    let rows: Int
    let columns: Int
    let frames: Int
    let index: Int
    let seed: UInt64

    /// 8-bit RGB, frame by frame.
    func ultrasound() -> PhantomImage {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows * columns * frames * 3)
        for frame in 0..<frames { appendFrame(frame, to: &bytes) }
        return PhantomImage(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, isSigned: false, bytes: bytes
        )
    }

    private func appendFrame(_ frame: Int, to bytes: inout [UInt8]) {
        var generator = SeededGenerator(seed: seed, stream: 9_000_000 + UInt64(clamping: index * frames + frame))
        let speckle = NoiseField(width: columns, height: rows, generator: &generator)
        let height = Float(rows)
        // The vessel pulses: a triangle wave over the clip.
        let phase = frames > 1 ? Float(frame) / Float(frames - 1) : 0
        let pulse = 1 - abs(2 * phase - 1)
        for row in 0..<rows {
            for column in 0..<columns {
                let x = (Float(column) - Float(columns) / 2) / height
                let y = Float(row) / height
                let noise = speckle.values[row * columns + column]
                bytes.append(contentsOf: Self.colour(x: x, y: y, noise: noise, pulse: pulse))
            }
        }
    }

    /// - Parameters:
    ///   - x: −0.67 … 0.67 of the height, from the middle.
    ///   - y: 0 at the probe … 1.
    ///   - pulse: 0 … 1, how far the vessel is open.
    private static func colour(x: Float, y: Float, noise: Float, pulse: Float) -> [UInt8] {
        let depth = (x * x + (y + 0.15) * (y + 0.15)).squareRoot()
        guard depth > 0.24, depth < 1.08, abs(x) < 0.62 * (y + 0.15) else { return [0, 0, 0] }
        let vessel = distance(x, y, from: (0.06, 0.48), axes: (0.10 + 0.025 * pulse, 0.055 + 0.015 * pulse))
        let cyst = distance(x, y, from: (-0.20, 0.62), axes: (0.09, 0.08))
        var level = (105 - 55 * depth) * (1 + 0.45 * noise)
        if cyst < 1 { level = 6 + 2 * noise }
        if cyst >= 1, abs(x + 0.20) < 0.08, y > 0.62 { level *= 1.5 }
        if abs(depth - 0.40) < 0.006 { level += 70 }
        if vessel < 1 {
            let flow = (1 - vessel) * (60 + 150 * pulse) + 6 * noise
            return [UInt8(clamping: Int(40 + flow)), UInt8(clamping: Int(flow / 3)), UInt8(clamping: Int(12 + noise))]
        }
        let grey = UInt8(clamping: Int(max(level, 0)))
        return [grey, grey, grey]
    }

    /// Below 1 inside of the ellipse.
    private static func distance(_ x: Float, _ y: Float, from centre: (Float, Float), axes: (Float, Float)) -> Float {
        let (u, v) = ((x - centre.0) / axes.0, (y - centre.1) / axes.1)
        return u * u + v * v
    }
}
