/// A rectangle of an image, in rows and columns counted from 0.
public struct BlockArea: Hashable, Sendable {
    public let top: Int
    public let left: Int
    public let height: Int
    public let width: Int

    public init(top: Int, left: Int, height: Int, width: Int) {
        self.top = top
        self.left = left
        self.height = height
        self.width = width
    }

    /// The row behind the last one.
    public var bottom: Int { top + height }

    /// The column behind the last one.
    public var right: Int { left + width }

    /// Samples in the rectangle.
    public var count: Int { height * width }
}

/// Blocks of 64 × 64 samples from the top left corner, row by row. A last row or column of blocks narrower than 32 joins its neighbour.
public struct MarkGrid: Hashable, Sendable {
    /// Rows and columns of a block.
    public static let side = 64

    /// A block's place in the mark has 16 bits.
    public static let mostBlocks = 65_535

    /// Blocks from top to bottom.
    public let rows: Int

    /// Blocks from left to right.
    public let columns: Int

    /// The rectangles, row after row.
    public let areas: [BlockArea]

    public init(height: Int, width: Int) {
        let (tops, lefts) = (Self.starts(height), Self.starts(width))
        rows = tops.count
        columns = lefts.count
        areas = tops.indices.flatMap { row in
            lefts.indices.map { column in
                let bottom = row + 1 < tops.count ? tops[row + 1] : height
                let right = column + 1 < lefts.count ? lefts[column + 1] : width
                return BlockArea(top: tops[row], left: lefts[column], height: bottom - tops[row], width: right - lefts[column])
            }
        }
    }

    private static func starts(_ length: Int) -> [Int] {
        var starts = Array(stride(from: 0, to: length, by: side))
        if starts.count > 1, let last = starts.last, length - last < side / 2 { starts.removeLast() }
        return starts
    }
}
