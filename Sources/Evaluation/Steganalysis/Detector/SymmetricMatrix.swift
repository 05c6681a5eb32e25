/// A dense symmetric matrix of which only the lower triangle is looked at.
struct SymmetricMatrix {
    let size: Int
    /// Row-major, `size × size`.
    var elements: [Double]

    init(size: Int) {
        self.size = size
        elements = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        get { elements[row * size + column] }
        set { elements[row * size + column] = newValue }
    }

    /// Mean of the diagonal; 0 for an empty matrix.
    var meanDiagonal: Double {
        size == 0 ? 0 : (0..<size).reduce(0) { $0 + self[$1, $1] } / Double(size)
    }

    mutating func addToDiagonal(_ value: Double) {
        for index in 0..<size { self[index, index] += value }
    }
}

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

/// Sums of products of samples with each other, the expensive part of training.
enum ScatterMatrix {
    /// One row a feature: the weighted, centred samples, filled up with zeros to whole vectors.
    struct Samples {
        let vectorsPerRow: Int
        private(set) var rows: [SIMD8<Float>]

        init(rowCount: Int, sampleCount: Int) {
            vectorsPerRow = (sampleCount + 7) / 8
            rows = [SIMD8<Float>](repeating: .zero, count: rowCount * vectorsPerRow)
        }

        /// Lends a row as single numbers; there are `vectorsPerRow * 8` of them.
        mutating func withRow(_ row: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
            rows.withUnsafeMutableBufferPointer { vectors in
                // A vector of eight floats is those floats one after the other; the buffer is used as such inside of the call only.
                let row = UnsafeMutableBufferPointer(rebasing: vectors[row * vectorsPerRow..<(row + 1) * vectorsPerRow])
                row.withMemoryRebound(to: Float.self, body)
            }
        }
    }

    /// The lower triangle of rows · rowsᵀ: `size² · samples` operations. Sums are built in single precision over eight interleaved parts,
    /// good to about 1e−6 of the diagonal, far below the regularisation that follows.
    static func product(_ samples: Samples, size: Int) -> SymmetricMatrix {
        var matrix = SymmetricMatrix(size: size)
        let length = samples.vectorsPerRow
        samples.rows.withUnsafeBufferPointer { rows in
            // Bounds: rows · length vectors are there; odd sizes pair the last row with itself.
            for row in stride(from: 0, to: size, by: 2) {
                let nextRow = min(row + 1, size - 1)
                for column in stride(from: 0, through: row, by: 2) {
                    let nextColumn = min(column + 1, size - 1)
                    let (r0, r1, c0, c1) = (row * length, nextRow * length, column * length, nextColumn * length)
                    var (s00, s01, s10, s11) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
                    for index in 0..<length {
                        let (a, b) = (rows[r0 &+ index], rows[r1 &+ index])
                        let (c, d) = (rows[c0 &+ index], rows[c1 &+ index])
                        s00 += a * c
                        s01 += a * d
                        s10 += b * c
                        s11 += b * d
                    }
                    matrix[row, column] = Double(s00.sum())
                    matrix[row, nextColumn] = Double(s01.sum())
                    matrix[nextRow, column] = Double(s10.sum())
                    matrix[nextRow, nextColumn] = Double(s11.sum())
                }
            }
        }
        return matrix
    }
}
