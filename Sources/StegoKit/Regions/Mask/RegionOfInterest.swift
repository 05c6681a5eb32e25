/// The samples of a frame that a reader looks at, which embedding must leave bit for bit as they are.
///
/// One region serves all planes: every colour and, in multi-frame images, every frame (the union of what is of interest in each).
public struct RegionOfInterest: Hashable, Sendable {
    /// Height of the image in samples.
    public let rows: Int
    /// Width of the image in samples.
    public let columns: Int
    /// Row-major, `rows × columns` flags: `true` inside the region.
    public private(set) var isInside: [Bool]

    /// An empty region.
    public init(rows: Int, columns: Int) {
        self.rows = max(0, rows)
        self.columns = max(0, columns)
        isInside = Array(repeating: false, count: self.rows * self.columns)
    }

    /// - Returns: `nil` unless there are `rows × columns` flags.
    public init?(rows: Int, columns: Int, isInside: [Bool]) {
        guard rows >= 0, columns >= 0, isInside.count == rows * columns else { return nil }
        self.rows = rows
        self.columns = columns
        self.isInside = isInside
    }

    init(_ mask: BitMask) {
        rows = mask.rows
        columns = mask.columns
        isInside = mask.flags
    }

    var mask: BitMask { BitMask(rows: rows, columns: columns, flags: isInside) }

    /// Samples inside, of one plane.
    public var sampleCount: Int { isInside.count { $0 } }

    public var isEmpty: Bool { !isInside.contains(true) }

    /// The share of the image that is inside, 0 … 1; 0 for an image without samples.
    public var coverage: Double { isInside.isEmpty ? 0 : Double(sampleCount) / Double(isInside.count) }

    /// What lies in either region.
    ///
    /// - Returns: `nil` when the two are of different size.
    public func union(_ other: RegionOfInterest) -> RegionOfInterest? {
        guard rows == other.rows, columns == other.columns else { return nil }
        return RegionOfInterest(mask.union(other.mask))
    }

    /// The region and whatever is at most `margin` samples away from it, from centre to centre; what falls outside the image is cut off.
    ///
    /// - Parameter margin: at least 0; smaller ones count as 0, larger ones than the image as the image's size.
    /// - Complexity: O(rows · (margin + columns · margin / 64)).
    public func expanded(by margin: Int) -> RegionOfInterest {
        RegionOfInterest(mask.dilated(radius: min(max(0, margin), rows + columns)))
    }
}
