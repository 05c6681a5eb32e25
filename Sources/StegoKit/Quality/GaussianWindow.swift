import Foundation

/// Weighted means over a square Gaussian window, at every place where the window lies inside the image.
struct GaussianWindow {
    private let rows: Int
    private let columns: Int
    private let weights: [Double]

    /// - Parameters:
    ///   - size: odd, at most `rows` and `columns`.
    ///   - deviation: of the Gaussian, in samples.
    init(rows: Int, columns: Int, size: Int, deviation: Double) {
        self.rows = rows
        self.columns = columns
        let radius = size / 2
        let bell = (-radius...radius).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let sum = bell.reduce(0, +)
        weights = bell.map { $0 / sum }
    }

    /// Row-major means, `rows − size + 1` by `columns − size + 1` of them. Separable: two passes of `size` products for each sample.
    func means(of values: [Double]) -> [Double] {
        vertical(horizontal(values))
    }

    private func horizontal(_ values: [Double]) -> [Double] {
        let width = columns - weights.count + 1
        return [Double](unsafeUninitializedCapacity: rows * width) { result, count in
            values.withUnsafeBufferPointer { values in
                // Bounds: row < rows and column + tap < width + size − 1 = columns, so every index lies inside `values`.
                for row in 0..<rows {
                    for column in 0..<width { result[row * width + column] = 0 }
                    for tap in 0..<weights.count {
                        let weight = weights[tap]
                        let source = row * columns + tap
                        for column in 0..<width { result[row * width + column] += weight * values[source + column] }
                    }
                }
            }
            count = rows * width
        }
    }

    private func vertical(_ values: [Double]) -> [Double] {
        let width = columns - weights.count + 1
        let height = rows - weights.count + 1
        return [Double](unsafeUninitializedCapacity: height * width) { result, count in
            values.withUnsafeBufferPointer { values in
                // Bounds: row + tap < height + size − 1 = rows, and `values` has rows × width entries.
                for row in 0..<height {
                    for column in 0..<width { result[row * width + column] = 0 }
                    for tap in 0..<weights.count {
                        let weight = weights[tap]
                        let source = (row + tap) * width
                        for column in 0..<width { result[row * width + column] += weight * values[source + column] }
                    }
                }
            }
            count = height * width
        }
    }
}
