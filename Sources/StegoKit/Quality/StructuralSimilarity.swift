import Foundation

/// Structural similarity of planes to one cover plane [Wang, Bovik, Sheikh, Simoncelli, IEEE Trans. Image Processing 13(4), 2004].
///
/// The window is the paper's: 11 × 11, Gaussian with σ = 1.5, weights that sum to one; K₁ = 0.01, K₂ = 0.03. Variances are weighted
/// means of squares less the square of the weighted mean (the population's, not the sample's). The index is the mean over all windows
/// that lie inside the image whole. What depends on the cover alone is computed once.
public struct StructuralSimilarity: Sendable {
    /// Samples in a window's row and column.
    public static let windowSize = 11
    private static let deviation = 1.5
    private static let firstConstant = 0.01
    private static let secondConstant = 0.03

    private let rows: Int
    private let columns: Int
    private let cover: [UInt16]
    /// Subtracted from every level before anything is squared, which keeps 16-bit samples away from cancellation.
    private let origin: Double
    private let coverMeans: [Double]
    private let coverVariances: [Double]
    private let luminanceConstant: Double
    private let contrastConstant: Double

    /// - Parameters:
    ///   - levels: row-major, `rows × columns` of them.
    ///   - dataRange: the paper's L: largest minus smallest value that counts as possible, in levels; taken as 1 if it is less.
    /// - Returns: `nil` when no window fits inside, or for a wrong number of levels.
    public init?(cover levels: [UInt16], rows: Int, columns: Int, dataRange: Int) {
        guard rows >= Self.windowSize, columns >= Self.windowSize, levels.count == rows * columns else { return nil }
        let range = Double(max(1, dataRange))
        luminanceConstant = (Self.firstConstant * range) * (Self.firstConstant * range)
        contrastConstant = (Self.secondConstant * range) * (Self.secondConstant * range)
        self.rows = rows
        self.columns = columns
        cover = levels
        origin = Double(levels.reduce(0) { $0 + Int($1) }) / Double(levels.count)
        let window = GaussianWindow(rows: rows, columns: columns, size: Self.windowSize, deviation: Self.deviation)
        let shifted = levels.map { [origin] in Double($0) - origin }
        let means = window.means(of: shifted)
        let squares = window.means(of: shifted.map { $0 * $0 })
        coverVariances = zip(squares, means).map { $0 - $1 * $1 }
        coverMeans = means.map { [origin] in $0 + origin }
    }

    /// 1 for equal planes, less for others; `nil` for another number of levels.
    public func index(of stego: [UInt16]) -> Double? {
        guard stego.count == cover.count else { return nil }
        let window = GaussianWindow(rows: rows, columns: columns, size: Self.windowSize, deviation: Self.deviation)
        let shifted = stego.map { [origin] in Double($0) - origin }
        let means = window.means(of: shifted)
        let squares = window.means(of: shifted.map { $0 * $0 })
        let products = window.means(of: zip(cover, shifted).map { [origin] in (Double($0) - origin) * $1 })
        var sum = 0.0
        for place in coverMeans.indices {
            let stegoMean = means[place]
            let shiftedCoverMean = coverMeans[place] - origin
            let stegoVariance = squares[place] - stegoMean * stegoMean
            let covariance = products[place] - shiftedCoverMean * stegoMean
            let (first, second) = (coverMeans[place], stegoMean + origin)
            let luminance = (2 * first * second + luminanceConstant) / (first * first + second * second + luminanceConstant)
            let structure = (2 * covariance + contrastConstant) / (coverVariances[place] + stegoVariance + contrastConstant)
            sum += luminance * structure
        }
        return sum / Double(coverMeans.count)
    }
}

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
