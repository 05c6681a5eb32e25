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
