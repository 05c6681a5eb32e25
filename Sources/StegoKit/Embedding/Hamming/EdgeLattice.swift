/// The strength of the edge at each sample of an image, by the classes that the method `hamming` has for a payload.
///
/// The threshold is the highest at which the payload fits outside the region of interest, so that a small payload sees the strongest
/// edges only.
public struct EdgeClasses: Sendable {
    public enum Class: UInt8, Hashable, Sendable, CaseIterable, Comparable {
        /// Below the threshold: not needed for this payload.
        case flat
        /// From the threshold on: may carry one bit a sample.
        case weak
        /// Twice as strong: may carry two.
        case medium
        /// Four times as strong: may carry three.
        case strong

        public static func < (left: Class, right: Class) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where edges begin, in levels.
    public let threshold: Int
    /// Row-major for each plane; `nil` for the samples that are compared, and so never change.
    public let planes: [[Class?]]

    /// - Parameters:
    ///   - planes: with their region of interest, if any.
    ///   - payloadByteCount: when so many do not fit, the threshold is 0.
    ///   - key: decides which samples are compared.
    /// - Complexity: O(samples), some 30 bytes of memory for each.
    public init(of planes: SamplePlanes, payloadByteCount: Int, key: InstanceKey) {
        let carrier = CarrierPlanes(of: planes)
        let edges = HammingCarrier(planes, carrier: carrier, key: key)
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        var samples: [HammingCarrier.Sample] = []
        for plane in carrier.indices {
            for index in 0..<planes.samplesPerPlane where planes.regionOfInterest?.isInside[index] != true {
                let level = planes.planes[plane][index]
                guard !runs.isForbidden(Int(level)), let strength = edges.strength(plane: plane, index: index) else { continue }
                samples.append(
                    HammingCarrier.Sample(
                        plane: Int32(plane), index: Int32(index), strength: strength,
                        depthLimit: UInt8(runs.depthLimit(of: Int(level)))))
            }
        }
        let plan = HammingPlanner(samples, maximumLevel: planes.maximumLevel).plan(bitCount: payloadByteCount * 8)
        let threshold = plan?.threshold ?? 0
        self.threshold = threshold
        self.planes = planes.planes.indices.map { plane in
            (0..<planes.samplesPerPlane).map { index in
                edges.strength(plane: plane, index: index).map { Self.class(strength: Int($0), threshold: threshold) }
            }
        }
    }

    private static func `class`(strength: Int, threshold: Int) -> Class {
        if strength < threshold { return .flat }
        if strength < 2 * threshold { return .weak }
        return strength < 4 * threshold ? .medium : .strong
    }
}

/// The strength of the edge at each sample, told by samples that embedding never changes.
///
/// Every second sample of every second row is *fixed*. Four fixed samples are the corners of a 3 × 3 block; neighbouring blocks share
/// corners, so a quarter of the samples is fixed and each block has three of its own that may carry: right of, below and diagonally
/// below its upper left corner. The strength of a block is the largest difference between two of its corners: horizontally, vertically
/// or along a diagonal. Since no embedding touches a corner, both sides compute the same strengths, at full precision whatever the depth.
///
/// The paper's idea [Al-Dmour & Al-Ani 2016]; blocks that share corners are ours: disjoint ones would fix four samples of nine.
struct EdgeLattice: Equatable {
    /// Row and column of the first fixed sample, 0 or 1 each; keyed, so that nobody else knows which samples never change.
    let rowOffset: Int
    let columnOffset: Int

    init(rowOffset: Int, columnOffset: Int) {
        self.rowOffset = rowOffset & 1
        self.columnOffset = columnOffset & 1
    }

    init(key: InstanceKey) {
        let byte = Int(EmbeddingKeyStream.lattice.bytes(1, key: key).first ?? 0)
        self.init(rowOffset: byte, columnOffset: byte >> 1)
    }

    static let all = [(0, 0), (0, 1), (1, 0), (1, 1)].map { EdgeLattice(rowOffset: $0.0, columnOffset: $0.1) }

    @inline(__always)
    func isFixed(row: Int, column: Int) -> Bool { ((row ^ rowOffset) | (column ^ columnOffset)) & 1 == 0 }
}

/// The strengths of all blocks of one plane.
struct EdgeStrengths {
    private let lattice: EdgeLattice
    private let columns: Int
    private let blockColumns: Int
    /// Row-major, one for each block. 0 … 2^bitsStored − 1.
    private let blocks: [UInt16]

    /// Corners outside the image and padding do not count: the rim of a scanner's field of view is no edge of the anatomy. A block with
    /// fewer than two corners has strength 0. Time proportional to the samples.
    init(plane: [UInt16], rows: Int, columns: Int, lattice: EdgeLattice, runs: LevelRuns) {
        self.lattice = lattice
        self.columns = columns
        // Block (i, j) begins at row 2i − rowOffset, column 2j − columnOffset.
        let blockRows = (rows + lattice.rowOffset + 1) / 2
        blockColumns = (columns + lattice.columnOffset + 1) / 2
        var upper = CornerRow(plane, row: -lattice.rowOffset, rows: rows, columns: columns, lattice: lattice, runs: runs)
        var blocks: [UInt16] = []
        blocks.reserveCapacity(blockRows * blockColumns)
        for blockRow in 0..<blockRows {
            let row = 2 * blockRow + 2 - lattice.rowOffset
            let lower = CornerRow(plane, row: row, rows: rows, columns: columns, lattice: lattice, runs: runs)
            for blockColumn in 0..<blockColumns { blocks.append(Self.strength(upper, lower, blockColumn)) }
            upper = lower
        }
        self.blocks = blocks
    }

    /// - Parameters: a sample's place, inside the image.
    @inline(__always)
    subscript(row: Int, column: Int) -> UInt16 {
        blocks[(row + lattice.rowOffset) >> 1 * blockColumns + (column + lattice.columnOffset) >> 1]
    }

    private static func strength(_ upper: CornerRow, _ lower: CornerRow, _ column: Int) -> UInt16 {
        let highest = max(max(upper.highest[column], upper.highest[column + 1]), max(lower.highest[column], lower.highest[column + 1]))
        let lowest = min(min(upper.lowest[column], upper.lowest[column + 1]), min(lower.lowest[column], lower.lowest[column + 1]))
        return highest > lowest ? highest - lowest : 0
    }
}

/// The fixed samples of one row; a missing one has the highest level 0 and the lowest 65535, so that it decides neither.
private struct CornerRow {
    private(set) var highest: [UInt16]
    private(set) var lowest: [UInt16]

    init(_ plane: [UInt16], row: Int, rows: Int, columns: Int, lattice: EdgeLattice, runs: LevelRuns) {
        let count = (columns + lattice.columnOffset + 1) / 2 + 1
        highest = [UInt16](repeating: .min, count: count)
        lowest = [UInt16](repeating: .max, count: count)
        guard row >= 0, row < rows else { return }
        for corner in 0..<count {
            let column = 2 * corner - lattice.columnOffset
            guard column >= 0, column < columns else { continue }
            let level = plane[row * columns + column]
            guard !runs.isForbidden(Int(level)) else { continue }
            (highest[corner], lowest[corner]) = (level, level)
        }
    }
}
