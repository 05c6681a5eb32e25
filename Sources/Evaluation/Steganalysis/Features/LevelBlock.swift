import StegoKit

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
