import SeededRandomness

/// Finds where a record's samples lie in an image: turned, scaled or cropped.
///
/// The measure is the correlation of cell means, which asks nothing of units or windows.
struct Registration {
    let record: ContentRecord.Plane
    let grid: CellGrid
    let plane: SamplePlane
    /// Received spacing over recorded spacing, where both are known: rows and columns.
    let spacingRatio: (rows: Double, columns: Double)?

    /// Another orientation is believed where what it lacks of a correlation of 1 is at most this share of what the image as it is lacks.
    private static let clearShare = 0.25
    /// A correlation that needs no comparison with other orientations.
    private static let sureCorrelation = 0.999_99
    /// Scales that are tried, image over record.
    private static let scales = 0.2...5.0
    /// Cells that a correlation is made of.
    private static let sampledCells = 600

    /// - Returns: `nil` where neither a scale nor a crop fits.
    func placement() -> (ContentPlacement, SamplePlane)? {
        let cells = sample()
        let asIs = upright(plane)
        if let asIs, !asIs.isWhole { return (asIs.placement, plane) }
        var best = asIs.map { (correlation(plane, $0.placement, cells), $0, plane) }
        if best.map({ $0.0 < Self.sureCorrelation }) ?? true {
            let least = 1 - Self.clearShare * (1 - (best?.0 ?? 0))
            for orientation in Orientation.allCases.dropFirst() {
                let turned = orientation.applied(to: plane)
                guard var candidate = upright(turned), candidate.isWhole else { continue }
                candidate.placement.orientation = orientation
                let correlation = correlation(turned, candidate.placement, cells)
                if correlation > max(best?.0 ?? 0, least) { best = (correlation, candidate, turned) }
            }
        }
        return best.map { (refined($0.1, $0.2), $0.2) }
    }

    private struct Candidate {
        var placement: ContentPlacement
        /// The whole record is in the image: not a crop.
        var isWhole: Bool
    }

    private func upright(_ plane: SamplePlane) -> Candidate? {
        let rowScale = Double(plane.height) / Double(grid.imageHeight)
        let columnScale = Double(plane.width) / Double(grid.imageWidth)
        if rowScale == 1, columnScale == 1 { return Candidate(placement: ContentPlacement(), isWhole: true) }
        // Sizes are rounded to whole samples, so that scales of the same resampling differ by a sample at most.
        let isOneScale = abs(rowScale - columnScale) <= 1 / Double(min(grid.imageHeight, grid.imageWidth)) + 1e-9
        let sameSpacing = spacingRatio.map { abs($0.rows - 1) < 0.01 && abs($0.columns - 1) < 0.01 } ?? false
        if isOneScale, !sameSpacing, Self.scales.contains(rowScale) {
            return Candidate(placement: ContentPlacement(rowScale: rowScale, columnScale: columnScale), isWhole: true)
        }
        return crop(plane).map { Candidate(placement: $0, isWhole: false) }
    }

    // MARK: Scales

    /// A resampling may put the first sample's corner or its centre where it was: half a sample apart, which edges feel.
    private func refined(_ candidate: Candidate, _ plane: SamplePlane) -> ContentPlacement {
        let base = candidate.placement
        guard candidate.isWhole, base.rowScale != 1 || base.columnScale != 1 else { return base }
        let cells = sample()
        var best = (correlation(plane, base, cells), base)
        for row in -4...4 {
            for column in -4...4 where row != 0 || column != 0 {
                var moved = base
                (moved.top, moved.left) = (Double(row) / 4, Double(column) / 4)
                let correlation = correlation(plane, moved, cells)
                if correlation > best.0 { best = (correlation, moved) }
            }
        }
        return best.1
    }

    /// Cells to correlate: the restless ones, whose means move most with the place.
    private func sample() -> [Int] {
        let spans = (0..<grid.count).map { record.maxima[$0] - record.minima[$0] }
        return Array((0..<grid.count).sorted { spans[$0] > spans[$1] }.prefix(max(Self.sampledCells, grid.count / 16)).prefix(4000))
    }

    /// The magnitude of Pearson's correlation of cell means; 0 where there is nothing to correlate.
    private func correlation(_ plane: SamplePlane, _ placement: ContentPlacement, _ cells: [Int]) -> Double {
        let placed = PlacedCells(grid: grid, placement: placement)
        var (n, sx, sy, sxx, syy, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for cell in cells {
            let x = placed.mean(of: plane, cell: cell)
            guard !x.isNaN else { continue }
            let y = Double(record.means[cell])
            n += 1
            sx += x
            sy += y
            sxx += x * x
            syy += y * y
            sxy += x * y
        }
        let spread = (n * sxx - sx * sx) * (n * syy - sy * sy)
        return spread > 0 ? abs(n * sxy - sx * sy) / spread.squareRoot() : 0
    }
}

// MARK: Crops

extension Registration {
    /// Cells of the image that a crop is found by.
    private static let probes = 96
    /// The share of the usual misfit that the right place may have.
    private static let clearMisfit = 0.35

    /// Where the image was cut out of the recorded one, sample for sample: every place is tried.
    private func crop(_ plane: SamplePlane) -> ContentPlacement? {
        let (freeRows, freeColumns) = (grid.imageHeight - plane.height, grid.imageWidth - plane.width)
        let side = grid.side
        guard freeRows >= 0, freeColumns >= 0, plane.height >= 4 * side, plane.width >= 4 * side else { return nil }
        var best = (misfit: Double.infinity, top: 0, left: 0)
        var (sum, tried) = (0.0, 0)
        for rowPhase in 0..<min(side, freeRows + 1) {
            for columnPhase in 0..<min(side, freeColumns + 1) {
                // Cells whose corner is at the image's sample (inset) when its corner is at the record's sample (phase).
                let insets = ((side - rowPhase) % side, (side - columnPhase) % side)
                let probes = probeMeans(plane, insets)
                for top in stride(from: rowPhase, through: freeRows, by: side) {
                    for left in stride(from: columnPhase, through: freeColumns, by: side) {
                        let firstCell = ((top + insets.0) / side, (left + insets.1) / side)
                        let misfit = misfit(probes, firstCell)
                        sum += misfit
                        tried += 1
                        if misfit < best.misfit { best = (misfit, top, left) }
                    }
                }
            }
        }
        guard tried > 0, tried == 1 || best.misfit <= Self.clearMisfit * sum / Double(tried) else { return nil }
        return ContentPlacement(top: -Double(best.top), left: -Double(best.left))
    }

    private struct Probe {
        var row: Int, column: Int
        var mean: Double
    }

    private func probeMeans(_ plane: SamplePlane, _ insets: (Int, Int)) -> [Probe] {
        let side = grid.side
        let (rows, columns) = ((plane.height - insets.0) / side, (plane.width - insets.1) / side)
        var random = SplitMix64(seed: 1)
        return (0..<Self.probes).map { _ in
            let (row, column) = (Int.random(in: 0..<rows, using: &random), Int.random(in: 0..<columns, using: &random))
            var sum = 0
            for y in 0..<side {
                for x in 0..<side { sum += Int(plane[insets.0 + row * side + y, insets.1 + column * side + x]) }
            }
            return Probe(row: row, column: column, mean: Double(sum) / Double(side * side))
        }
    }

    /// Mean distance of the probes from the record, each counted up to a sixteenth of the recorded range.
    private func misfit(_ probes: [Probe], _ firstCell: (Int, Int)) -> Double {
        let cap = Double(record.step) * 128
        var sum = 0.0
        for probe in probes {
            let cell = (firstCell.0 + probe.row) * grid.columns + firstCell.1 + probe.column
            sum += min(abs(probe.mean - Double(record.means[cell]) * Double(record.step)), cap)
        }
        return sum / Double(probes.count)
    }
}
