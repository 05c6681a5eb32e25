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

    /// Samples inside, of one plane.
    public var sampleCount: Int { isInside.count { $0 } }

    public var isEmpty: Bool { !isInside.contains(true) }
}
