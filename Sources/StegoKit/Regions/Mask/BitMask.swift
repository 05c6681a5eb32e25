/// A mask with a bit a sample, 64 of a row in each word: what the algorithms on regions work on.
struct BitMask: Hashable, Sendable {
    let rows: Int
    let columns: Int
    /// Words of a row.
    let wordsPerRow: Int
    /// Row by row; the column *c* of a row is bit *c* mod 64 of its word *c* / 64. Bits beyond the last column are always 0.
    private(set) var words: [UInt64]

    /// An empty mask; negative sizes count as 0.
    init(rows: Int, columns: Int) {
        self.rows = max(0, rows)
        self.columns = max(0, columns)
        wordsPerRow = (self.columns + 63) / 64
        words = [UInt64](repeating: 0, count: self.rows * wordsPerRow)
    }

    /// A mask of the samples for which `isInside` holds, given the sample's row-major index.
    init(rows: Int, columns: Int, where isInside: (Int) -> Bool) {
        self.init(rows: rows, columns: columns)
        var index = 0
        for row in 0..<self.rows {
            for first in stride(from: 0, to: self.columns, by: 64) {
                var word: UInt64 = 0
                for bit in 0..<min(64, self.columns - first) {
                    word |= (isInside(index) ? 1 : 0) << UInt64(bit)
                    index += 1
                }
                words[row * wordsPerRow + first / 64] = word
            }
        }
    }

    /// - Parameter flags: `rows × columns` of them; samples beyond their number are outside.
    init(rows: Int, columns: Int, flags: [Bool]) {
        self.init(rows: rows, columns: columns) { $0 < flags.count && flags[$0] }
    }

    /// Row-major, a flag a sample.
    var flags: [Bool] {
        var flags: [Bool] = []
        flags.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for column in 0..<columns { flags.append(words[row * wordsPerRow + column / 64] >> UInt64(column % 64) & 1 == 1) }
        }
        return flags
    }

    /// Whether a sample is inside; `false` outside the image.
    subscript(row: Int, column: Int) -> Bool {
        guard row >= 0, row < rows, column >= 0, column < columns else { return false }
        return words[row * wordsPerRow + column / 64] >> UInt64(column % 64) & 1 == 1
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// Samples inside.
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The share of samples inside, 0 … 1.
    var coverage: Double { rows * columns == 0 ? 0 : Double(count) / Double(rows * columns) }

    /// The bits of a row's last word that are samples.
    var lastWordMask: UInt64 { columns % 64 == 0 ? .max : (1 << UInt64(columns % 64)) - 1 }

    // MARK: Changing

    /// Puts the columns of a row inside; they must be columns of the mask.
    mutating func fill(row: Int, _ columns: Range<Int>) {
        guard !columns.isEmpty, row >= 0, row < rows, columns.lowerBound >= 0, columns.upperBound <= self.columns else { return }
        let (first, last) = (columns.lowerBound / 64, (columns.upperBound - 1) / 64)
        for word in first...last {
            var bits = UInt64.max
            if word == first { bits &= .max << UInt64(columns.lowerBound % 64) }
            if word == last { bits &= .max >> UInt64(63 - (columns.upperBound - 1) % 64) }
            words[row * wordsPerRow + word] |= bits
        }
    }

    /// Of masks of different size only the common words are joined; callers have masks of one size.
    mutating func formUnion(_ other: BitMask) {
        for index in 0..<min(words.count, other.words.count) { words[index] |= other.words[index] }
    }

    func union(_ other: BitMask) -> BitMask {
        var result = self
        result.formUnion(other)
        return result
    }

    func intersection(_ other: BitMask) -> BitMask {
        var result = self
        for index in 0..<min(words.count, other.words.count) { result.words[index] &= other.words[index] }
        return result
    }

    /// The samples that are outside.
    var inverted: BitMask {
        var result = self
        for index in words.indices { result.words[index] = ~words[index] }
        guard wordsPerRow > 0 else { return result }
        for row in 0..<rows { result.words[row * wordsPerRow + wordsPerRow - 1] &= lastWordMask }
        return result
    }

    /// Gives `body` the words to change; it keeps bits beyond the last column 0.
    mutating func withWords<Result>(_ body: (inout [UInt64]) -> Result) -> Result { body(&words) }

    // MARK: Other sizes

    /// The mask in a larger frame, `rowMargin` rows and `wordMargin` words (of 64 columns) away from its edges.
    func padded(rowMargin: Int, wordMargin: Int) -> BitMask {
        // The columns grow by whole words on the left and end where the mask's last word ends on the right.
        var result = BitMask(rows: rows + 2 * rowMargin, columns: (wordsPerRow + 2 * wordMargin) * 64)
        for row in 0..<rows {
            for word in 0..<wordsPerRow {
                result.words[(row + rowMargin) * result.wordsPerRow + wordMargin + word] = words[row * wordsPerRow + word]
            }
        }
        return result
    }

    /// The reverse of ``padded(rowMargin:wordMargin:)``.
    func cropped(rowMargin: Int, wordMargin: Int, rows: Int, columns: Int) -> BitMask {
        var result = BitMask(rows: rows, columns: columns)
        for row in 0..<result.rows where row + rowMargin < self.rows {
            for word in 0..<result.wordsPerRow where wordMargin + word < wordsPerRow {
                result.words[row * result.wordsPerRow + word] = words[(row + rowMargin) * wordsPerRow + wordMargin + word]
            }
            if result.wordsPerRow > 0 { result.words[row * result.wordsPerRow + result.wordsPerRow - 1] &= result.lastWordMask }
        }
        return result
    }

    /// Every sample becomes `factor × factor` samples; what then lies beyond `rows` and `columns` is cut off.
    func enlarged(by factor: Int, rows: Int, columns: Int) -> BitMask {
        guard factor > 1 else { return cropped(rowMargin: 0, wordMargin: 0, rows: rows, columns: columns) }
        var result = BitMask(rows: rows, columns: columns)
        for row in 0..<min(self.rows, (rows + factor - 1) / factor) {
            let firstRow = row * factor
            for run in runs(ofRow: row) {
                let across = min(columns, run.lowerBound * factor)..<min(columns, run.upperBound * factor)
                result.fill(row: firstRow, across)
            }
            for copy in firstRow + 1..<max(firstRow + 1, min(rows, firstRow + factor)) {
                result.copyRow(firstRow, to: copy)
            }
        }
        return result
    }

    /// Whether any of a row's columns is inside.
    func contains(anyOf columns: Range<Int>, inRow row: Int) -> Bool {
        next(true, in: row, from: columns.lowerBound).map { $0 < columns.upperBound } ?? false
    }

    private mutating func copyRow(_ source: Int, to target: Int) {
        for word in 0..<wordsPerRow { words[target * wordsPerRow + word] = words[source * wordsPerRow + word] }
    }

    // MARK: Runs

    /// The uninterrupted stretches of a row that are inside, from left to right.
    func runs(ofRow row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var column = 0
        while let start = next(true, in: row, from: column) {
            let end = next(false, in: row, from: start) ?? columns
            runs.append(start..<end)
            column = end
        }
        return runs
    }

    /// The first column from `column` on that is inside (`true`) or outside; `nil` when there is none.
    private func next(_ inside: Bool, in row: Int, from column: Int) -> Int? {
        guard row >= 0, row < rows, column >= 0, column < columns else { return nil }
        var word = column / 64
        var ignored = UInt64.max << UInt64(column % 64)
        while word < wordsPerRow {
            let bits = words[row * wordsPerRow + word]
            let found = (inside ? bits : ~bits) & ignored
            if found != 0 {
                let position = word * 64 + found.trailingZeroBitCount
                return position < columns ? position : nil
            }
            ignored = .max
            word += 1
        }
        return nil
    }
}
