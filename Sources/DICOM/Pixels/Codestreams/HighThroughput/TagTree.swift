/// A quadtree of minima, known a little more with each bit (ISO/IEC 15444-1 §B.10.2).
struct TagTree {
    private struct Level {
        let columns: Int
        /// The least that a node's value can be.
        var bounds: [Int]
        var isKnown: [Bool]
    }

    /// No value of a packet header comes near.
    private static let maximumValue = 64

    /// The leaves first.
    private var levels: [Level] = []

    /// - Parameters: the numbers of leaves, at least one each.
    init(columns: Int, rows: Int) {
        var (columns, rows) = (columns, rows)
        while true {
            let count = columns * rows
            levels.append(
                Level(columns: columns, bounds: [Int](repeating: 0, count: count), isKnown: [Bool](repeating: false, count: count)))
            if count <= 1 { return }
            columns = (columns + 1) / 2
            rows = (rows + 1) / 2
        }
    }

    /// Whether the value of a leaf is below a threshold; nil when the bits end.
    mutating func isBelow(_ threshold: Int, _ column: Int, _ row: Int, _ header: inout PacketBits) -> Bool? {
        var bound = 0
        for depth in levels.indices.reversed() {
            let node = (row >> depth) * levels[depth].columns + column >> depth
            bound = max(bound, levels[depth].bounds[node])
            while bound < threshold, !levels[depth].isKnown[node] {
                guard let isReached = header.bit() else { return nil }
                if isReached { levels[depth].isKnown[node] = true } else { bound += 1 }
            }
            levels[depth].bounds[node] = bound
        }
        return bound < threshold
    }

    /// The value of a leaf; nil when the bits end or the value is none that a codestream can mean.
    mutating func value(_ column: Int, _ row: Int, _ header: inout PacketBits) -> Int? {
        for threshold in 1...Self.maximumValue {
            guard let isBelow = isBelow(threshold, column, row, &header) else { return nil }
            if isBelow { return threshold - 1 }
        }
        return nil
    }
}
