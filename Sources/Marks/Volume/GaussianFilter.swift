import Foundation

/// Gaussian smoothing and what is made of it, on squares of the detector's size. Beyond the border the plane is zero.
struct GaussianFilter {
    let weights: [Float]

    /// - Parameters:
    ///   - sigma: standard deviation in samples.
    ///   - derivative: the kernel's first derivative instead of itself.
    init(sigma: Double, derivative: Bool = false) {
        let reach = Int((4 * sigma).rounded())
        let raw = (-reach...reach).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        let sum = raw.reduce(0, +)
        self.weights = zip(raw, -reach...reach).map { weight, distance in
            Float(derivative ? -Double(distance) / (sigma * sigma) * weight / sum : weight / sum)
        }
    }

    private var reach: Int { weights.count / 2 }

    /// Down the columns: whole rows are added, so that the inner loop goes along memory.
    func alongColumns(_ plane: [Float], side: Int) -> [Float] {
        var result = [Float](repeating: 0, count: plane.count)
        plane.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { target in
                for row in 0..<side {
                    for (index, tap) in weights.enumerated() {
                        let other = row + index - reach
                        guard other >= 0, other < side else { continue }
                        // Bounds: row and other are below the side, of which both planes have the square.
                        for column in 0..<side { target[row * side + column] += tap * source[other * side + column] }
                    }
                }
            }
        }
        return result
    }

    /// Along the rows; the sums are made tap by tap for the same reason.
    func alongRows(_ plane: [Float], side: Int) -> [Float] {
        var result = [Float](repeating: 0, count: plane.count)
        plane.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { target in
                for row in 0..<side {
                    let start = row * side
                    for (index, tap) in weights.enumerated() {
                        let shift = index - reach
                        let columns = max(0, -shift)..<max(max(0, -shift), min(side, side - shift))
                        // Bounds: column and column + shift are below the side.
                        for column in columns { target[start + column] += tap * source[start + column + shift] }
                    }
                }
            }
        }
        return result
    }

    func smooth(_ plane: [Float], side: Int) -> [Float] { alongRows(alongColumns(plane, side: side), side: side) }
}

/// The mean of the samples that count, near each sample: smoothed values over smoothed weights.
func smoothedMean(_ values: [Float], _ weights: [Float], _ filter: GaussianFilter, side: Int) -> [Float] {
    let above = filter.smooth(zip(values, weights).map { $0 * $1 }, side: side)
    let below = filter.smooth(weights, side: side)
    return zip(above, below).map { $0 / max($1, 1e-3) }
}
