/// The cells of a grid that embedding leaves alone, on every plane: a region of interest, widened to whole cells so that its description is
/// short.
///
/// Methods whose extractor has to know which samples were passed over take it along, enciphered, in the pixels.
struct RegionMask: Equatable {
    /// Cells are squares of 2^`cellBits` samples a side.
    private let cellBits: Int
    private let rows: Int
    private let columns: Int
    /// Row-major.
    private let cells: [Bool]

    private static let largestCellBits = 7
    /// A sample that the mask takes needlessly could have carried; a bit of its description takes some sixteen.
    private static let samplesPerBit = 16

    /// The grid whose description and rounding cost the carrier least.
    ///
    /// - Returns: nil for a region without samples: it needs no mask.
    init?(covering region: RegionOfInterest) {
        guard !region.isEmpty else { return nil }
        let candidates = (0...Self.largestCellBits).map { RegionMask(covering: region, cellBits: $0) }
        let costs = candidates.map { $0.maskedCount + $0.encoded.count * 8 * Self.samplesPerBit }
        guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return nil }
        self = candidates[best]
    }

    private init(covering region: RegionOfInterest, cellBits: Int) {
        self.cellBits = cellBits
        (rows, columns) = (region.rows, region.columns)
        let gridColumns = Self.cellCount(columns, cellBits)
        var cells = [Bool](repeating: false, count: Self.cellCount(rows, cellBits) * gridColumns)
        for row in 0..<rows {
            let line = row >> cellBits * gridColumns
            for column in 0..<columns where region.isInside[row * region.columns + column] { cells[line + column >> cellBits] = true }
        }
        self.cells = cells
    }

    private static func cellCount(_ length: Int, _ cellBits: Int) -> Int { (length + (1 << cellBits) - 1) >> cellBits }

    /// Whether the mask covers a sample, for all samples of a plane, row by row.
    var samples: [Bool] {
        let gridColumns = Self.cellCount(columns, cellBits)
        var samples: [Bool] = []
        samples.reserveCapacity(rows * columns)
        for row in 0..<rows {
            let line = row >> cellBits * gridColumns
            for column in 0..<columns { samples.append(cells[line + column >> cellBits]) }
        }
        return samples
    }

    /// Samples of a plane under the mask.
    var maskedCount: Int {
        let gridColumns = Self.cellCount(columns, cellBits)
        return cells.indices.reduce(0) { sum, cell in
            guard cells[cell] else { return sum }
            let height = min(1 << cellBits, rows - (cell / gridColumns) << cellBits)
            let width = min(1 << cellBits, columns - (cell % gridColumns) << cellBits)
            return sum + height * width
        }
    }

    // MARK: Description

    /// A byte `cellBits`, then for every cell whether it differs from the one above, as ``CodedFlags``.
    var encoded: [UInt8] {
        let gridColumns = Self.cellCount(columns, cellBits)
        let differences = cells.indices.map { $0 < gridColumns ? cells[$0] : cells[$0] != cells[$0 - gridColumns] }
        return [UInt8(cellBits)] + CodedFlags.encode(differences)
    }

    /// - Returns: nil if the bytes describe no mask of this size.
    init?(encoded: [UInt8], rows: Int, columns: Int) {
        guard let first = encoded.first, first <= Self.largestCellBits,
            let (flags, rest) = RecordReader.splitCounted(encoded[1...]), rest.isEmpty
        else { return nil }
        cellBits = Int(first)
        (self.rows, self.columns) = (rows, columns)
        let gridColumns = Self.cellCount(columns, cellBits)
        guard var cells = CodedFlags.decode(flags, count: Self.cellCount(rows, cellBits) * gridColumns) else { return nil }
        for cell in cells.indices.dropFirst(gridColumns) { cells[cell] = cells[cell] != cells[cell - gridColumns] }
        self.cells = cells
    }
}

/// A list of flags as bytes.
///
/// The number of bytes that follow, in base 128 with the least significant group first. Then, if the first bit is 1, the lengths of runs
/// of equal flags, beginning with `false`, each plus one in Elias gamma code; if it is 0, the flags themselves. The shorter of the two is
/// written. No flags: one zero byte.
enum CodedFlags {
    static func encode(_ flags: [Bool]) -> [UInt8] {
        guard !flags.isEmpty else { return ByteWriter.counted([]) }
        var runs = BitWriter()
        runs.append(true)
        var value = false
        var length: UInt64 = 0
        for flag in flags {
            if flag == value {
                length += 1
            } else {
                runs.appendGamma(length + 1)
                (value, length) = (flag, 1)
            }
        }
        runs.appendGamma(length + 1)
        var body = runs.bytes
        if runs.bitCount > flags.count + 1 {
            var plain = BitWriter()
            plain.append(false)
            for flag in flags { plain.append(flag) }
            body = plain.bytes
        }
        return ByteWriter.counted(body)
    }

    /// The first `count` flags; the coder may have written more.
    ///
    /// - Returns: nil if there are fewer.
    static func decode(_ bytes: [UInt8], count: Int) -> [Bool]? {
        guard count > 0 else { return [] }
        var reader = BitReader(bytes)
        guard let isRuns = reader.bit() else { return nil }
        var flags: [Bool] = []
        var value = false
        while flags.count < count {
            if isRuns {
                guard let length = reader.gamma() else { return nil }
                flags += repeatElement(value, count: Int(min(length - 1, UInt64(count - flags.count))))
                value.toggle()
            } else {
                guard let flag = reader.bit() else { return nil }
                flags.append(flag)
            }
        }
        return flags
    }
}
