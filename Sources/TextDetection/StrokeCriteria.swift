/// The criteria by which samples, cells and clusters of cells are text, at one scale of the image.
///
/// A character is a ridge: narrow, higher than the noise around it, steep at its sides, and constant along itself. Bones, vessels and noise
/// are ridges as well, but not all of that at once.
public struct StrokeCriteria: Hashable, Sendable {
    /// The widest stroke in samples of the scale: 4 or 6.
    var radius: Int
    /// A ridge is at least this many eighths of the block's noise high.
    var noiseFactor: Int
    /// A ridge is at least this part of the image's range high.
    var rangeDivisor: Int
    /// Sixteenths of the ridge that a neighbour must differ by, at full resolution; below 16.
    var sharpness: Int
    /// Sixty-fourths of the ridge by which neighbours on the same stroke may differ; below 32.
    var flatness: Int
    /// Neighbours on the stroke that a sample needs, of eight.
    var neighbours = 2
    /// Whether a ridge as high as the image's range needs none.
    var takesHighestAlone = false
    /// Cells along a row or column from which on a single line is longer than any stem of a character.
    var longestStem: Int
    /// Samples on strokes that a cell and its eight neighbours must hold together.
    var seedCount: Int
    /// Sixteenths of a cell's and its neighbours' ridges that must be strokes.
    var strokeShare: Int
    /// Samples on strokes that a cluster must hold.
    var clusterCount: Int
    /// Cells that a cluster must have.
    var clusterCells: Int
    /// Gaps of so many cells in rows and columns of a cluster are closed.
    var closedGap: Int
}

/// The profile of the detector's search, by how much the image is suspected to hold text.
///
/// The numbers were found by random search over images with generated text, and judged on others (docs/redaction/detector.md).
public struct DetectionProfile: Hashable, Sendable {
    /// Alternatives, each with criteria for the full, the halved and the quartered image, as far as it looks at them; what any of them finds
    /// counts.
    let alternatives: [[StrokeCriteria]]

    /// For images that are seldom written upon and are as the modality made them.
    public static let unsuspected = DetectionProfile(alternatives: [replacing(main, at: 1) { $0.sharpness = 7 }, [clear]])
    /// For images of counts, whose noise has strokes of its own (nuclear medicine).
    public static let counts = DetectionProfile(alternatives: [main.map { $0.with { $0.radius = 4 } }])
    /// For images that are often written upon.
    public static let suspected = DetectionProfile(alternatives: [main, second, [clear]])
    /// For images that were compressed with loss or resampled with their text, which is not constant along itself any more.
    public static let blurred = DetectionProfile(
        alternatives: [
            main.map { $0.with { ($0.sharpness, $0.flatness, $0.strokeShare) = (5, 8, 3) } }, second, [clear],
        ])

    private static let main = [
        StrokeCriteria(
            radius: 6, noiseFactor: 48, rangeDivisor: 24, sharpness: 7, flatness: 3, takesHighestAlone: true, longestStem: 10,
            seedCount: 16,
            strokeShare: 4, clusterCount: 16, clusterCells: 2, closedGap: 2),
        StrokeCriteria(
            radius: 6, noiseFactor: 48, rangeDivisor: 20, sharpness: 5, flatness: 3, longestStem: 6, seedCount: 20, strokeShare: 6,
            clusterCount: 12,
            clusterCells: 3, closedGap: 1),
        StrokeCriteria(
            radius: 6, noiseFactor: 48, rangeDivisor: 16, sharpness: 9, flatness: 3, longestStem: 5, seedCount: 14, strokeShare: 5,
            clusterCount: 10,
            clusterCells: 3, closedGap: 2),
    ]

    private static let second = [
        StrokeCriteria(
            radius: 4, noiseFactor: 48, rangeDivisor: 24, sharpness: 7, flatness: 4, longestStem: 10, seedCount: 16, strokeShare: 4,
            clusterCount: 24,
            clusterCells: 1, closedGap: 1),
        StrokeCriteria(
            radius: 4, noiseFactor: 32, rangeDivisor: 20, sharpness: 7, flatness: 5, takesHighestAlone: true, longestStem: 6, seedCount: 20,
            strokeShare: 6, clusterCount: 20, clusterCells: 1, closedGap: 2),
        StrokeCriteria(
            radius: 4, noiseFactor: 32, rangeDivisor: 16, sharpness: 9, flatness: 2, longestStem: 5, seedCount: 16, strokeShare: 4,
            clusterCount: 20,
            clusterCells: 1, closedGap: 1),
    ]

    /// Small curved strokes, hardly constant along themselves, that stand far out of quiet ground: a short name in a corner.
    private static let clear = StrokeCriteria(
        radius: 4, noiseFactor: 128, rangeDivisor: 10, sharpness: 12, flatness: 3, neighbours: 1, takesHighestAlone: true, longestStem: 10,
        seedCount: 8,
        strokeShare: 4, clusterCount: 8, clusterCells: 1, closedGap: 2)

    private static func replacing(
        _ criteria: [StrokeCriteria], at scale: Int, _ change: (inout StrokeCriteria) -> Void
    ) -> [StrokeCriteria] {
        var criteria = criteria
        change(&criteria[scale])
        return criteria
    }
}

extension StrokeCriteria {
    fileprivate func with(_ change: (inout StrokeCriteria) -> Void) -> StrokeCriteria {
        var criteria = self
        change(&criteria)
        return criteria
    }
}
