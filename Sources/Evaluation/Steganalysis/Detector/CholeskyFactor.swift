/// The lower triangle L with `L·Lᵀ = A` of a symmetric positive definite matrix A.
struct CholeskyFactor {
    private let size: Int
    private let elements: [Double]

    /// Costs size³ / 3 operations.
    ///
    /// - Returns: `nil` for a matrix that is not positive definite as far as double precision can tell.
    init?(_ matrix: SymmetricMatrix) {
        let size = matrix.size
        var lower = matrix.elements
        let isPositive = lower.withUnsafeMutableBufferPointer { lower in
            // Bounds: row, column and the products' length are below `size`, and there are size² elements.
            for row in 0..<size {
                for column in 0...row {
                    let product = Self.dot(lower, row * size, column * size, count: column)
                    let rest = lower[row * size + column] - product
                    if row == column {
                        guard rest > 0, rest.isFinite else { return false }
                        lower[row * size + row] = rest.squareRoot()
                    } else {
                        lower[row * size + column] = rest / lower[column * size + column]
                    }
                }
            }
            return true
        }
        guard isPositive else { return nil }
        self.size = size
        elements = lower
    }

    /// The x with `A·x = right`, which has as many entries as A has rows.
    func solve(_ right: [Double]) -> [Double] {
        var solution = right
        for row in 0..<size {
            var rest = solution[row]
            for column in 0..<row { rest -= elements[row * size + column] * solution[column] }
            solution[row] = rest / elements[row * size + row]
        }
        for row in (0..<size).reversed() {
            let value = solution[row] / elements[row * size + row]
            solution[row] = value
            for column in 0..<row { solution[column] -= elements[row * size + column] * value }
        }
        return solution
    }

    /// The sum of products of `count` elements from two places on, four at a time.
    private static func dot(_ values: UnsafeMutableBufferPointer<Double>, _ first: Int, _ second: Int, count: Int) -> Double {
        var sums = SIMD4<Double>()
        var index = 0
        while index + 4 <= count {
            let left = SIMD4(values[first + index], values[first + index + 1], values[first + index + 2], values[first + index + 3])
            let right = SIMD4(values[second + index], values[second + index + 1], values[second + index + 2], values[second + index + 3])
            sums += left * right
            index += 4
        }
        var sum = sums.sum()
        while index < count {
            sum += values[first + index] * values[second + index]
            index += 1
        }
        return sum
    }
}
