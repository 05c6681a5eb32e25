/// The places where two images of one geometry and the same units differ, sample by sample: nothing here is a matter of thresholds.
struct ExactDifferences {
    /// Samples of a cell's side.
    private static let side = 8

    let changedSamples: Int
    /// In stored samples.
    let largestChange: Int
    /// The mean square of all changes, in stored samples squared.
    let meanSquare: Double
    /// The changed samples of cells that touch, the most important regions first.
    let regions: [ContentDifference]

    /// One cell's changed samples, of all planes.
    private struct Cell {
        var count = 0
        var sum = 0
        var magnitude = 0
        var largest = 0
    }

    /// - Precondition: both have as many planes, rows and columns.
    init(_ image: ContentImage, with original: ContentImage, units: ModalityUnits, spacing: SampleSpacing?) {
        let grid = CellGrid(imageHeight: original.height, imageWidth: original.width, side: Self.side)
        var cells = [Cell](repeating: Cell(), count: grid.count)
        var squares = 0.0
        for (plane, other) in zip(image.planes, original.planes) where plane.samples != other.samples {
            for row in 0..<grid.imageHeight {
                let firstCell = row / Self.side * grid.columns
                for column in 0..<grid.imageWidth {
                    let change = Int(plane[row, column]) - Int(other[row, column])
                    guard change != 0 else { continue }
                    squares += Double(change * change)
                    let cell = firstCell + column / Self.side
                    cells[cell].count += 1
                    cells[cell].sum += change
                    cells[cell].magnitude += abs(change)
                    cells[cell].largest = max(cells[cell].largest, abs(change))
                }
            }
        }
        changedSamples = cells.reduce(0) { $0 + $1.count }
        largestChange = cells.map(\.largest).max() ?? 0
        meanSquare = squares / Double(original.planes.count * grid.imageHeight * grid.imageWidth)
        regions = CellRegions.find(grid, isSeed: { cells[$0].count > 0 }, isMember: { cells[$0].count > 0 }).map { members in
            Self.region(members, cells, grid, units, spacing)
        }.sorted { $0.importance > $1.importance }
    }

    private static func region(
        _ members: [Int], _ cells: [Cell], _ grid: CellGrid, _ units: ModalityUnits, _ spacing: SampleSpacing?
    ) -> ContentDifference {
        let (slope, area) = (units.slope, spacing.map { $0.rows * $0.columns })
        let count = members.reduce(0) { $0 + cells[$1].count }
        let sum = Double(members.reduce(0) { $0 + cells[$1].sum }) * slope
        let magnitude = Double(members.reduce(0) { $0 + cells[$1].magnitude }) * abs(slope)
        let peak = Double(members.map { cells[$0].largest }.max() ?? 0) * abs(slope)
        let (rows, columns) = CellRegions.extent(members, grid)
        return ContentDifference(
            rows: rows, columns: columns, cellCount: members.count, area: count,
            squareMillimetres: area.map { $0 * Double(count) }, mean: sum / Double(count), peak: peak, score: .infinity,
            importance: magnitude * (area ?? 1))
    }
}

/// Cells that touch, corners included.
enum CellRegions {
    /// Regions that begin at a seed and take in members around them.
    static func find(_ grid: CellGrid, isSeed: (Int) -> Bool, isMember: (Int) -> Bool) -> [[Int]] {
        var isInside = [Bool](repeating: false, count: grid.count)
        var regions: [[Int]] = []
        for seed in 0..<grid.count where !isInside[seed] && isSeed(seed) {
            isInside[seed] = true
            var members = [seed]
            var next = 0
            while next < members.count {
                let (row, column) = members[next].quotientAndRemainder(dividingBy: grid.columns)
                for nearRow in max(0, row - 1)...min(grid.rows - 1, row + 1) {
                    for nearColumn in max(0, column - 1)...min(grid.columns - 1, column + 1) {
                        let neighbour = nearRow * grid.columns + nearColumn
                        guard !isInside[neighbour], isMember(neighbour) else { continue }
                        isInside[neighbour] = true
                        members.append(neighbour)
                    }
                }
                next += 1
            }
            regions.append(members)
        }
        return regions
    }

    /// The smallest rectangle of samples around cells.
    static func extent(_ members: [Int], _ grid: CellGrid) -> (rows: Range<Int>, columns: Range<Int>) {
        let (rows, columns) = (members.map { $0 / grid.columns }, members.map { $0 % grid.columns })
        return (
            grid.rowRange(of: rows.min() ?? 0).lowerBound..<grid.rowRange(of: rows.max() ?? 0).upperBound,
            grid.columnRange(of: columns.min() ?? 0).lowerBound..<grid.columnRange(of: columns.max() ?? 0).upperBound
        )
    }
}

/// Two images, sample by sample.
public struct ImageComparison: Hashable, Sendable {
    /// Samples of all planes that are not the same; `nil` where the sizes, planes or units differ, so that samples have no partners.
    public let changedSamples: Int?
    /// The largest magnitude of a change, in modality units.
    public let largestChange: Double
    /// The mean square of the changes over all samples, in modality units squared.
    public let meanSquare: Double
    /// Regions of changed samples, the most important first; empty where samples have no partners.
    public let changes: [ContentDifference]
    /// The visible part of it.
    public let content: ContentReport

    /// True where every sample is the same.
    public var isExact: Bool { changedSamples == 0 }

    /// Compares `image` with `original`: exactly, and as ``ContentComparison`` sees them.
    ///
    /// - Parameter record: of the original, if there is one already.
    public init(_ image: ContentImage, with original: ContentImage, record known: ContentRecord? = nil) throws {
        let record = try known ?? ContentRecord(of: original)
        content = try ContentComparison.compare(image, with: record)
        guard image.units == original.units, image.planes.count == original.planes.count, image.height == original.height,
            image.width == original.width
        else {
            (changedSamples, largestChange, meanSquare, changes) = (nil, 0, 0, [])
            return
        }
        let exact = ExactDifferences(image, with: original, units: record.units, spacing: record.spacing)
        let slope = abs(record.units.slope)
        (changedSamples, changes) = (exact.changedSamples, exact.regions)
        (largestChange, meanSquare) = (Double(exact.largestChange) * slope, exact.meanSquare * slope * slope)
    }
}

/// Puts neighbouring cells that differ together.
///
/// A region begins at a cell whose score is over the threshold and takes in its neighbours, corners included, whose score is over half of
/// it: where an edit reaches a little into the next cell, its area shall not end at the border.
struct DifferenceRegions {
    let grid: CellGrid
    let scores: ContentScores
    let threshold: Double
    let units: ModalityUnits
    let spacing: SampleSpacing?

    /// - Returns: the regions, the most important first, and which cells are in one.
    func find() -> (regions: [ContentDifference], isInside: [Bool]) {
        let found = CellRegions.find(
            grid, isSeed: { scores.scores[$0] > threshold }, isMember: { scores.scores[$0] > threshold / 2 })
        var isInside = [Bool](repeating: false, count: grid.count)
        for cell in found.joined() { isInside[cell] = true }
        return (found.map(region).sorted { $0.importance > $1.importance }, isInside)
    }

    private func region(_ members: [Int]) -> ContentDifference {
        let (rows, columns) = CellRegions.extent(members, grid)
        let areas = members.map { Double(grid.sampleCount(of: $0)) }
        let values = members.map { scores.differences[$0] * units.slope }
        let area = areas.reduce(0, +)
        let squareMillimetres = spacing.map { $0.rows * $0.columns }
        let volume = zip(values, areas).reduce(0) { $0 + abs($1.0) * $1.1 }
        let signed = zip(values, areas).reduce(0) { $0 + $1.0 * $1.1 }
        return ContentDifference(
            rows: rows, columns: columns,
            cellCount: members.count, area: Int(area), squareMillimetres: squareMillimetres.map { $0 * area }, mean: signed / area,
            peak: values.map { abs($0) }.max() ?? 0, score: members.map { scores.scores[$0] }.max() ?? 0,
            importance: volume * (squareMillimetres ?? 1))
    }
}
