/// A slice in which a volume mark is looked for: at any angle, of any bit depth, through any window that leaves tissue visible.
public struct ObliqueSlice: Sendable {
    /// Samples of a side, and their distance in mm, of the square that the detector looks at.
    static let side = 256
    static let spacing = 1.0

    /// Row after row of `side` × `side` samples.
    let values: [Float]
    /// True where the slice covers the square and is no padding.
    let isInside: [Bool]

    /// Brings a slice to the detector's square: its middle 256 mm, a sample to a millimetre.
    ///
    /// - Parameter spacing: of the slice's samples. Where it is not known nothing can be looked for: scale is not searched.
    public init(_ plane: SamplePlane, spacing: SampleSpacing) {
        let side = Self.side
        let rowWeights = Self.weights(count: plane.height, spacing: spacing.rows)
        let columnWeights = Self.weights(count: plane.width, spacing: spacing.columns)
        var values = [Float](repeating: 0, count: side * side)
        var isInside = [Bool](repeating: false, count: side * side)
        plane.samples.withUnsafeBufferPointer { samples in
            for row in 0..<side {
                guard let rows = rowWeights[row] else { continue }
                for column in 0..<side {
                    guard let columns = columnWeights[column] else { continue }
                    var sum: Float = 0
                    var isPadded = false
                    // Bounds: `weights` names samples of the slice only.
                    for (y, down) in rows.values.enumerated() {
                        let start = (rows.first + y) * plane.width + columns.first
                        for (x, across) in columns.values.enumerated() {
                            let sample = samples[start + x]
                            isPadded = isPadded || sample == plane.padding
                            sum += down * across * Float(sample)
                        }
                    }
                    values[row * side + column] = sum
                    isInside[row * side + column] = !isPadded
                }
            }
        }
        self.values = values
        self.isInside = isInside
    }

    private struct Weights {
        var first: Int
        var values: [Float]
    }

    /// A triangle as wide as the coarser of the two spacings: interpolates coarse samples, averages fine ones.
    private static func weights(count: Int, spacing: Double) -> [Weights?] {
        let reach = max(1, Self.spacing / spacing)
        return (0..<side).map { index in
            let place = (Double(index) - Double(side - 1) / 2) * Self.spacing / spacing + Double(count - 1) / 2
            guard place >= 0, place <= Double(count - 1) else { return nil }
            let first = max(0, Int((place - reach).rounded(.up)))
            let last = min(count - 1, Int((place + reach).rounded(.down)))
            let raw = (first...max(first, last)).map { max(0, 1 - abs(Double($0) - place) / reach) }
            let sum = raw.reduce(0, +)
            return sum > 0 ? Weights(first: first, values: raw.map { Float($0 / sum) }) : nil
        }
    }
}
