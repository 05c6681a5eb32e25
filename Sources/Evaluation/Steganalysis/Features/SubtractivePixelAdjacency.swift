/// SPAM-686: the subtractive pixel adjacency matrix of second order [Pevný, Bas, Fridrich, IEEE TIFS 5(2), 2010], T = 3.
///
/// Differences of neighbours along a line, three in a row, each cut to −3 … 3: how often does each of the 343 triples occur? Horizontal and
/// vertical lines both ways are averaged into the first 343 features, the four diagonal ways into the other 343.
/// As in the authors' published code these are joint frequencies; the paper writes them as conditional probabilities.
/// Within a group the triple (first, second, third) stands at `first + 7 · second + 49 · third`, each 0 … 6 for −3 … 3.
public enum SubtractivePixelAdjacency {
    /// Differences beyond ±T count as ±T.
    public static let threshold = 3
    public static let featureCount = 686

    private static let side = 7
    private static let tripleCount = 343

    /// - Returns: 686 features; those of a group are zero when the block has fewer than four samples along its lines.
    public static func features(of block: LevelBlock) -> [Float] {
        let (rows, columns) = (block.rows, block.columns)
        var straight = [Double](repeating: 0, count: tripleCount)
        var diagonal = straight
        add(Lines(block, rowStep: 0, columnStep: 1), to: &straight)
        add(Lines(block, rowStep: 1, columnStep: 0), to: &straight)
        if rows > 3, columns > 3 {
            add(Lines(block, rowStep: 1, columnStep: 1), to: &diagonal)
            add(Lines(block, rowStep: 1, columnStep: -1), to: &diagonal)
        }
        return (straight + diagonal).map { Float($0 / 4) }
    }

    /// Adds a direction and its reverse, in which each triple is read backwards and negated.
    private static func add(_ lines: Lines, to group: inout [Double]) {
        let counts = lines.tripleCounts()
        let total = Double(counts.reduce(0, +))
        guard total > 0 else { return }
        for index in 0..<tripleCount where counts[index] > 0 {
            let (nearest, middle, farthest) = (index % side, index / side % side, index / side / side)
            let share = Double(counts[index]) / total
            group[farthest + side * middle + side * side * nearest] += share
            let last = side - 1
            group[(last - nearest) + side * (last - middle) + side * side * (last - farthest)] += share
        }
    }

    /// The difference of each sample to its neighbour in one direction, cut and moved to 0 … 6, and where three in a row start.
    private struct Lines {
        private let differences: [UInt8]
        private let columns: Int
        private let step: Int
        private let startRows: Range<Int>
        private let startColumns: Range<Int>

        init(_ block: LevelBlock, rowStep: Int, columnStep: Int) {
            let (rows, columns) = (block.rows, block.columns)
            self.columns = columns
            step = rowStep * columns + columnStep
            startRows = 0..<max(0, rows - 3 * rowStep)
            startColumns = columnStep < 0 ? min(3, columns)..<columns : 0..<max(0, columns - 3 * columnStep)
            let step = step
            let (valid, range) = (rows - rowStep, columnStep < 0 ? 1..<max(1, columns) : 0..<max(0, columns - columnStep))
            differences = [UInt8](unsafeUninitializedCapacity: block.levels.count) { result, count in
                result.update(repeating: 0)
                block.levels.withUnsafeBufferPointer { levels in
                    // Bounds: for these rows and columns the neighbour (row + rowStep, column + columnStep) lies inside the block.
                    for row in 0..<max(0, valid) {
                        let start = row * columns
                        for place in start + range.lowerBound..<start + range.upperBound {
                            let difference = Int32(levels[place]) &- Int32(levels[place &+ step])
                            result[place] = UInt8(truncatingIfNeeded: max(-3, min(3, difference)) &+ 3)
                        }
                    }
                }
                count = block.levels.count
            }
        }

        /// Occurrences by `nearest + 7 · middle + 49 · farthest`.
        func tripleCounts() -> [Int] {
            var counts = [Int32](repeating: 0, count: tripleCount)
            counts.withUnsafeMutableBufferPointer { counts in
                differences.withUnsafeBufferPointer { differences in
                    // Bounds: from each start three steps stay inside the block; an index is at most 6 + 7 · 6 + 49 · 6 = 342.
                    for row in startRows {
                        for place in row * columns + startColumns.lowerBound..<row * columns + startColumns.upperBound {
                            let index =
                                Int(differences[place]) &+ 7 &* Int(differences[place &+ step])
                                &+ 49 &* Int(differences[place &+ 2 &* step])
                            counts[index] &+= 1
                        }
                    }
                }
            }
            return counts.map(Int.init)
        }
    }
}
