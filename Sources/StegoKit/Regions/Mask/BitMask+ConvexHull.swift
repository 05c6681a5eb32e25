extension BitMask {
    /// The smallest convex mask that contains this one: all samples whose centres lie in the convex hull of the centres inside, by
    /// Andrew's monotone chains [1979].
    ///
    /// - Complexity: O(rows · columns / 64).
    var convexHull: BitMask {
        // The outermost columns of each row are all that can be corners.
        var left: [Corner] = []
        var right: [Corner] = []
        for row in 0..<rows {
            let runs = runs(ofRow: row)
            guard let first = runs.first, let last = runs.last else { continue }
            Self.append(Corner(row: row, column: first.lowerBound), to: &left, side: 1)
            Self.append(Corner(row: row, column: last.upperBound - 1), to: &right, side: -1)
        }
        var hull = BitMask(rows: rows, columns: columns)
        guard let top = left.first?.row, let bottom = left.last?.row else { return hull }
        var (leftIndex, rightIndex) = (0, 0)
        for row in top...bottom {
            while leftIndex + 1 < left.count, left[leftIndex + 1].row <= row { leftIndex += 1 }
            while rightIndex + 1 < right.count, right[rightIndex + 1].row <= row { rightIndex += 1 }
            let first = Self.column(row, left, leftIndex, roundingUp: true)
            let last = Self.column(row, right, rightIndex, roundingUp: false)
            // Between two far corners a row may have no centre inside.
            if first <= last { hull.fill(row: row, first..<last + 1) }
        }
        return hull
    }

    private struct Corner {
        let row: Int
        let column: Int
    }

    /// Adds a corner below all others and takes away those that are no corners any more. `side` is 1 for the chain on the left.
    private static func append(_ corner: Corner, to chain: inout [Corner], side: Int) {
        while chain.count >= 2 {
            let (first, second) = (chain[chain.count - 2], chain[chain.count - 1])
            let turn =
                (second.column - first.column) * (corner.row - first.row) - (corner.column - first.column) * (second.row - first.row)
            guard turn * side >= 0 else { break }
            chain.removeLast()
        }
        chain.append(corner)
    }

    /// Where the chain's side from the corner at `index` crosses a row, rounded inwards.
    private static func column(_ row: Int, _ chain: [Corner], _ index: Int, roundingUp: Bool) -> Int {
        let start = chain[index]
        guard index + 1 < chain.count, row > start.row else { return start.column }
        let end = chain[index + 1]
        let height = end.row - start.row
        let product = (end.column - start.column) * (row - start.row)
        let quotient = product / height
        let remainder = product - quotient * height
        if remainder > 0 { return start.column + quotient + (roundingUp ? 1 : 0) }
        if remainder < 0 { return start.column + quotient - (roundingUp ? 0 : 1) }
        return start.column + quotient
    }
}
