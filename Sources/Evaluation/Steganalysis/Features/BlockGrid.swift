public import StegoKit

/// The blocks into which an image is cut for steganalysis, side by side from the top left; what is left over at the right and at the bottom is not used.
///
/// A series of a few dozen slices is too little to train a detector of hundreds of features on; some hundred blocks are enough. Blocks of
/// one image resemble each other, so all of them belong on one side of a split (``GroupSplit``).
public struct BlockGrid: Hashable, Sendable {
    public struct Place: Hashable, Sendable {
        public let plane: Int
        public let rows: Range<Int>
        public let columns: Range<Int>
    }

    /// The edge of a block in samples; images that are smaller make smaller blocks.
    public static let defaultBlockSize = 128
    /// Planes that are smaller than this in one direction are left out: there is too little in them to count.
    public static let minimumSize = 32

    public let places: [Place]

    /// - Parameter limit: how many blocks at most; they are then spread evenly over the image.
    public init(rows: Int, columns: Int, planeCount: Int, blockSize: Int = defaultBlockSize, limit: Int = .max) {
        guard min(rows, columns) >= Self.minimumSize, blockSize >= Self.minimumSize, limit > 0 else {
            places = []
            return
        }
        let (height, width) = (min(blockSize, rows), min(blockSize, columns))
        let (down, across) = (rows / height, columns / width)
        let total = planeCount * down * across
        let used = min(total, limit)
        places = (0..<used).map { ordinal in
            let index = ordinal * total / used
            let (plane, cell) = index.quotientAndRemainder(dividingBy: down * across)
            let (row, column) = cell.quotientAndRemainder(dividingBy: across)
            return Place(
                plane: plane, rows: row * height..<(row + 1) * height, columns: column * width..<(column + 1) * width)
        }
    }

    public init(of planes: SamplePlanes, blockSize: Int = defaultBlockSize, limit: Int = .max) {
        self.init(rows: planes.rows, columns: planes.columns, planeCount: planes.planes.count, blockSize: blockSize, limit: limit)
    }
}

/// A rectangle of levels, by itself: what features are taken of.
public struct LevelBlock: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    /// Row-major, `rows × columns` of them.
    public let levels: [UInt16]

    /// - Returns: `nil` for a wrong number of levels.
    public init?(rows: Int, columns: Int, levels: [UInt16]) {
        guard rows >= 0, columns >= 0, levels.count == rows * columns else { return nil }
        self.rows = rows
        self.columns = columns
        self.levels = levels
    }

    /// - Parameter place: from ``BlockGrid/places`` of planes of this shape.
    init(_ place: BlockGrid.Place, of planes: SamplePlanes) {
        rows = place.rows.count
        columns = place.columns.count
        var levels: [UInt16] = []
        levels.reserveCapacity(rows * columns)
        for row in place.rows {
            levels +=
                planes.planes[place.plane][
                    row * planes.columns + place.columns.lowerBound..<row * planes.columns + place.columns.upperBound]
        }
        self.levels = levels
    }
}
