/// The white frame that a collimator leaves on a radiograph, or the white paper around a scanned one.
enum BrightSurround {
    /// A surround takes at least this share of the image's edge.
    private static let leastShareOfEdge = 0.2
    /// Its levels lie within this share of the used range from the brightest.
    private static let tolerance = 0.02

    /// The cells of the surround; `nil` when there is none.
    static func cells(of grid: AnatomyGrid) -> BitMask? {
        guard let low = grid.levels.min(), let high = grid.levels.max(), high > low, grid.rows > 0, grid.columns > 0 else { return nil }
        let bright = grid.cells(from: Int(high) - Int((Double(high - low) * tolerance).rounded(.up)))
        var edge = 0
        for row in 0..<grid.rows {
            if row == 0 || row == grid.rows - 1 {
                edge += bright.runs(ofRow: row).reduce(0) { $0 + $1.count }
            } else {
                edge += (bright[row, 0] ? 1 : 0) + (bright[row, grid.columns - 1] ? 1 : 0)
            }
        }
        guard Double(edge) >= leastShareOfEdge * Double(2 * (grid.rows + grid.columns)) else { return nil }
        let components = MaskComponents(of: bright, connectivity: .eight)
        return components.mask { components.touchesEdge[$0] }
    }
}
