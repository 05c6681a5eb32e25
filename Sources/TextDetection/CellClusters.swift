import CTextDetection

/// Cells of one scale that hold strokes, joined to clusters.
struct CellClusters {
    let rows: Int
    let columns: Int
    /// Row by row, whether a cell is of a cluster that is taken for text.
    private(set) var cells: [Bool]

    /// Samples on strokes without which a cell belongs to no cluster.
    private static let leastCount = 2

    private enum Kind: UInt8 {
        case none, follower, seed
    }

    /// - Parameter sums: for each cell, `stride` of them a row.
    init(rows: Int, columns: Int, sums: UnsafePointer<CTextDetection_cell>, stride: Int, _ criteria: StrokeCriteria) {
        self.rows = rows
        self.columns = columns
        cells = [Bool](repeating: false, count: rows * columns)
        var strokes = (0..<rows * columns).map { Int(sums[$0 / columns * stride + $0 % columns].strokes) }
        var (kinds, seeds) = kinds(strokes, sums, stride, criteria)
        guard !seeds.isEmpty else { return }
        var lines = LongLines(rows: rows, columns: columns, sums: sums, stride: stride)
        let ofLines = lines.cells(through: kinds.indices.lazy.filter { kinds[$0] != .none }, leastLength: criteria.longestStem)
        if !ofLines.isEmpty {
            for index in ofLines { strokes[index] = 0 }
            (kinds, seeds) = self.kinds(strokes, sums, stride, criteria)
        }
        join(kinds, seeds, strokes, criteria)
        close(criteria.closedGap)
    }

    private func kinds(
        _ strokes: [Int], _ sums: UnsafePointer<CTextDetection_cell>, _ stride: Int, _ criteria: StrokeCriteria
    ) -> (kinds: [Kind], seeds: [Int]) {
        var kinds = [Kind](repeating: .none, count: rows * columns)
        var seeds: [Int] = []
        for index in strokes.indices where strokes[index] >= Self.leastCount {
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            kinds[index] = .follower
            var (ridgeSum, strokeSum) = (0, 0)
            for y in max(0, row - 1)...min(rows - 1, row + 1) {
                for x in max(0, column - 1)...min(columns - 1, column + 1) {
                    ridgeSum += Int(sums[y * stride + x].ridges)
                    strokeSum += strokes[y * columns + x]
                }
            }
            guard strokeSum >= criteria.seedCount, strokeSum * 16 >= ridgeSum * criteria.strokeShare else { continue }
            kinds[index] = .seed
            seeds.append(index)
        }
        return (kinds, seeds)
    }

    var isEmpty: Bool { !cells.contains(true) }

    /// Clusters over gaps of one cell, each begun by a seed.
    private mutating func join(_ kinds: [Kind], _ seeds: [Int], _ strokes: [Int], _ criteria: StrokeCriteria) {
        var isSeen = [Bool](repeating: false, count: cells.count)
        var cluster: [Int] = []
        for seed in seeds where !isSeen[seed] {
            isSeen[seed] = true
            cluster.removeAll(keepingCapacity: true)
            cluster.append(seed)
            var (next, strokeCount) = (0, 0)
            while next < cluster.count {
                let (row, column) = cluster[next].quotientAndRemainder(dividingBy: columns)
                next += 1
                strokeCount += strokes[row * columns + column]
                for y in max(0, row - 2)...min(rows - 1, row + 2) {
                    for x in max(0, column - 2)...min(columns - 1, column + 2) {
                        let index = y * columns + x
                        guard kinds[index] != .none, !isSeen[index] else { continue }
                        isSeen[index] = true
                        cluster.append(index)
                    }
                }
            }
            guard strokeCount >= criteria.clusterCount, cluster.count >= criteria.clusterCells else { continue }
            for index in cluster { cells[index] = true }
        }
    }

    /// Closes gaps of up to `gap` cells in rows and columns, those between the cells that were there before.
    private mutating func close(_ gap: Int) {
        guard gap > 0 else { return }
        let before = cells
        for row in 0..<rows { close(gap, (0..<columns).lazy.map { [columns] in row * columns + $0 }, before) }
        for column in 0..<columns { close(gap, (0..<rows).lazy.map { [columns] in $0 * columns + column }, before) }
    }

    private mutating func close(_ gap: Int, _ line: some Sequence<Int>, _ before: [Bool]) {
        var pending: [Int] = []
        var isOpen = false
        for index in line {
            if before[index] {
                if isOpen, pending.count <= gap { for closed in pending { cells[closed] = true } }
                pending.removeAll(keepingCapacity: true)
                isOpen = true
            } else if isOpen, pending.count <= gap {
                pending.append(index)
            }
        }
    }
}
