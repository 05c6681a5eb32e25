import CTextDetection

/// Cells through which a single line runs that is longer than any character: the shell of a patient's table, a head holder's arm, the skull.
///
/// Around a cell of such a line all ridges lie in one narrow band. Text has ridges side by side, and stems of characters end; bars of a bar
/// code have others beside them.
struct LongLines {
    /// A band may be thicker than its samples make it by this factor, and by this variance: lines bend and have gaps.
    private static let thickness = 1.5
    private static let slack = 0.8
    /// The least variance along the band, in samples squared: that of a line through half of the window of 24 samples.
    private static let leastVariance = 16.0
    /// Samples on ridges without which a cell is part of no line.
    private static let leastCount = 2

    private enum State: UInt8 {
        case unknown, isolated, ofBand, visited
    }

    let rows: Int
    let columns: Int
    private let sums: UnsafePointer<CTextDetection_cell>
    private let stride: Int
    private var states: [State]

    /// - Parameter sums: for each cell, `stride` of them a row; they have to outlive the value.
    init(rows: Int, columns: Int, sums: UnsafePointer<CTextDetection_cell>, stride: Int) {
        (self.rows, self.columns, self.sums, self.stride) = (rows, columns, sums, stride)
        states = [State](repeating: .unknown, count: rows * columns)
    }

    /// The cells of lines that pass through any of some cells.
    ///
    /// - Parameter leastLength: in cells, along a row or a column.
    mutating func cells(through candidates: some Sequence<Int>, leastLength: Int) -> [Int] {
        var found: [Int] = []
        for candidate in candidates where state(candidate) == .ofBand {
            states[candidate] = .visited
            var (line, next) = ([candidate], 0)
            var (spanned, across) = (candidate / columns...candidate / columns, candidate % columns...candidate % columns)
            while next < line.count {
                let (row, column) = line[next].quotientAndRemainder(dividingBy: columns)
                next += 1
                spanned = min(spanned.lowerBound, row)...max(spanned.upperBound, row)
                across = min(across.lowerBound, column)...max(across.upperBound, column)
                for y in max(0, row - 1)...min(rows - 1, row + 1) {
                    for x in max(0, column - 1)...min(columns - 1, column + 1) where state(y * columns + x) == .ofBand {
                        states[y * columns + x] = .visited
                        line.append(y * columns + x)
                    }
                }
            }
            if max(spanned.count, across.count) >= leastLength { found += line }
        }
        return found
    }

    private mutating func state(_ index: Int) -> State {
        if states[index] == .unknown { states[index] = isOfBand(index) ? .ofBand : .isolated }
        return states[index]
    }

    /// Whether the ridges in the window of 3 × 3 cells about a cell lie in a band about as thick as their number makes it.
    private func isOfBand(_ index: Int) -> Bool {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        guard sums[row * stride + column].ridges >= Self.leastCount else { return false }
        var (count, x, y, xx, xy, yy) = (0, 0, 0, 0, 0, 0)
        for j in max(0, row - 1)...min(rows - 1, row + 1) {
            for i in max(0, column - 1)...min(columns - 1, column + 1) {
                let cell = sums[j * stride + i]
                let (right, down) = ((i - column) * CellMask.cellSide, (j - row) * CellMask.cellSide)
                let (ridges, cellX, cellY) = (Int(cell.ridges), Int(cell.x), Int(cell.y))
                count += ridges
                x += cellX + right * ridges
                y += cellY + down * ridges
                xx += Int(cell.xx) + 2 * right * cellX + right * right * ridges
                yy += Int(cell.yy) + 2 * down * cellY + down * down * ridges
                xy += Int(cell.xy) + right * cellY + down * cellX + right * down * ridges
            }
        }
        // The larger and the smaller variance of the samples' places, along the band and across it.
        let n = Double(count)
        let (meanX, meanY) = (Double(x) / n, Double(y) / n)
        let (varianceX, varianceY) = (Double(xx) / n - meanX * meanX, Double(yy) / n - meanY * meanY)
        let covariance = Double(xy) / n - meanX * meanY
        let root = ((varianceX - varianceY) * (varianceX - varianceY) + 4 * covariance * covariance).squareRoot()
        let (along, across) = ((varianceX + varianceY + root) / 2, (varianceX + varianceY - root) / 2)
        // A full band has a variance of a twelfth of its length or width squared.
        let squaredWidth = n * n / (12 * along + 1)
        return along >= Self.leastVariance && across <= Self.thickness * squaredWidth / 12 + Self.slack
    }
}
