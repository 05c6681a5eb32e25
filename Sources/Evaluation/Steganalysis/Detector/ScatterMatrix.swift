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
