import SeededRandomness
import Testing

@testable import Evaluation

@Suite("Linear algebra of the detectors")
struct LinearAlgebraTests {
    private func samples(_ features: Int, _ count: Int, _ generator: inout SplitMix64) -> [[Float]] {
        (0..<features).map { _ in (0..<count).map { _ in Float.random(in: -1...1, using: &generator) } }
    }

    private func packed(_ rows: [[Float]]) -> ScatterMatrix.Samples {
        var samples = ScatterMatrix.Samples(rowCount: rows.count, sampleCount: rows.first?.count ?? 0)
        for (row, values) in rows.enumerated() {
            samples.withRow(row) { entries in
                for (index, value) in values.enumerated() { entries[index] = value }
            }
        }
        return samples
    }

    @Test("the scatter is the plain sum of products", arguments: [1, 2, 3, 8, 17])
    func scatter(_ size: Int) {
        var generator = SplitMix64(seed: UInt64(size))
        let rows = samples(size, 29, &generator)
        let matrix = ScatterMatrix.product(packed(rows), size: size)
        for row in 0..<size {
            for column in 0...row {
                let plain = zip(rows[row], rows[column]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(matrix[row, column] - plain) < 1e-4, "\(row), \(column)")
            }
        }
    }

    @Test("a solved system holds", arguments: [1, 2, 5, 30, 101])
    func solve(_ size: Int) throws {
        var generator = SplitMix64(seed: UInt64(size))
        var matrix = ScatterMatrix.product(packed(samples(size, 2 * size + 3, &generator)), size: size)
        matrix.addToDiagonal(0.1)
        let right = (0..<size).map { _ in Double.random(in: -1...1, using: &generator) }
        let solution = try #require(CholeskyFactor(matrix)).solve(right)
        for row in 0..<size {
            let product = (0..<size).reduce(0.0) { $0 + (row >= $1 ? matrix[row, $1] : matrix[$1, row]) * solution[$1] }
            #expect(abs(product - right[row]) < 1e-9)
        }
    }

    @Test("what is not positive definite is refused")
    func refused() {
        var matrix = SymmetricMatrix(size: 2)
        (matrix[0, 0], matrix[1, 0], matrix[1, 1]) = (1, 2, 1)
        #expect(CholeskyFactor(matrix) == nil)
        #expect(CholeskyFactor(SymmetricMatrix(size: 3)) == nil)
        matrix[1, 1] = .nan
        #expect(CholeskyFactor(matrix) == nil)
    }
}
