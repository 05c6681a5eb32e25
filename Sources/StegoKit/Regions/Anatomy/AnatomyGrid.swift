/// A frame's brightness on the grid on which anatomy is looked for: at most ``longestSide`` cells a side, each the mean of a square of
/// samples, dark to bright as a viewer shows them.
struct AnatomyGrid {
    /// Finer than this, nothing of an outline is gained that the margin does not give away again.
    static let longestSide = 1024

    /// Samples along a cell's side.
    let factor: Int
    let rows: Int
    let columns: Int
    /// Row-major brightness, 0 … `maximum`.
    private(set) var levels: [UInt16]
    /// Row-major, `true` for a cell without any sample that was measured.
    private let isPadding: [Bool]?
    /// Row-major, `true` for a cell that shows nothing of the patient, by ``exclude(_:)`` and ``excludePadding()``.
    private(set) var isExcluded: [Bool]?

    /// - Parameters:
    ///   - brightness: `rows × columns` levels.
    ///   - padding: levels that mean "not measured", by name or (``BrightnessHistogram/unmeasuredLevel``) by their look.
    init(brightness: [UInt16], rows: Int, columns: Int, padding: ClosedRange<UInt16>?) {
        let factor = max(1, (max(rows, columns) + Self.longestSide - 1) / Self.longestSide)
        self.factor = factor
        self.rows = (rows + factor - 1) / factor
        self.columns = (columns + factor - 1) / factor
        var means = CellMeans(rows: self.rows, columns: self.columns)
        for row in 0..<rows {
            means.add(brightness[row * columns..<(row + 1) * columns], toRow: row / factor, factor: factor, padding: padding)
        }
        levels = means.levels
        isPadding = padding == nil ? nil : means.counts.map { $0 == 0 }
        if factor == 1 { smooth() }
    }

    /// Leaves padding out of everything that follows. Otherwise it counts as the darkest background, of which it may be all there is.
    mutating func excludePadding() {
        guard let isPadding else { return }
        exclude(BitMask(rows: rows, columns: columns, flags: isPadding))
    }

    /// Leaves cells out of everything that follows.
    mutating func exclude(_ mask: BitMask) {
        let flags = mask.flags
        isExcluded = isExcluded.map { zip($0, flags).map { $0 || $1 } } ?? flags
    }

    /// The cells at least this bright that are not left out.
    func cells(from level: Int) -> BitMask {
        guard let level = UInt16(exactly: max(0, level)) else { return BitMask(rows: rows, columns: columns) }
        return levels.withUnsafeBufferPointer { levels in
            // Indices run over the mask's samples, of which the grid has as many.
            guard let isExcluded else { return BitMask(rows: rows, columns: columns) { levels[$0] >= level } }
            return BitMask(rows: rows, columns: columns) { levels[$0] >= level && !isExcluded[$0] }
        }
    }

    /// A 3 × 3 mean: where cells are single samples, noise is not averaged out by their size. Beside padding nothing is averaged.
    private mutating func smooth() {
        guard rows > 2, columns > 2 else { return }
        let original = levels
        smoothAll()
        guard let isPadding else { return }
        let nearPadding = BitMask(rows: rows, columns: columns, flags: isPadding).dilated(radius: 2)
        for row in 0..<rows {
            for column in nearPadding.runs(ofRow: row).joined() { levels[row * columns + column] = original[row * columns + column] }
        }
    }

    private mutating func smoothAll() {
        let columns = columns
        var sums = [UInt32](repeating: 0, count: columns)
        var smoothed = levels
        for row in 1..<rows - 1 {
            let start = row * columns
            for column in 0..<columns {
                sums[column] =
                    UInt32(levels[start - columns + column]) + UInt32(levels[start + column]) + UInt32(levels[start + columns + column])
            }
            for column in 1..<columns - 1 {
                smoothed[start + column] = UInt16(truncatingIfNeeded: (sums[column - 1] + sums[column] + sums[column + 1]) / 9)
            }
        }
        levels = smoothed
    }
}

/// Sums of samples by cell.
private struct CellMeans {
    private let columns: Int
    private var sums: [UInt32]
    private(set) var counts: [UInt32]

    init(rows: Int, columns: Int) {
        self.columns = columns
        sums = [UInt32](repeating: 0, count: rows * columns)
        counts = sums
    }

    /// A cell is at most 64 samples wide and high for the largest image that DICOM allows, so 2^12 levels of 16 bits: below 2^32.
    mutating func add(_ samples: ArraySlice<UInt16>, toRow row: Int, factor: Int, padding: ClosedRange<UInt16>?) {
        var cell = row * columns
        var filled = 0
        for level in samples {
            if !(padding?.contains(level) ?? false) {
                sums[cell] += UInt32(level)
                counts[cell] += 1
            }
            filled += 1
            if filled == factor {
                filled = 0
                cell += 1
            }
        }
    }

    /// 0 for cells without a sample.
    var levels: [UInt16] {
        sums.indices.map { counts[$0] == 0 ? 0 : UInt16(truncatingIfNeeded: sums[$0] / counts[$0]) }
    }
}
