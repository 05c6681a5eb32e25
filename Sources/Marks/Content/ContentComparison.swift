/// Says whether, where and by how much an image differs from what a record says of it.
///
/// A pure function of its inputs. It proves nothing about who made the record: check its signature first.
public enum ContentComparison {
    /// Scores above this differ.
    static let threshold = 6.0
    /// The share of the cells that must be assessable.
    private static let leastAssessed = 0.02
    private static let leastAssessedCells = 16
    /// A found window that leaves more than this share of its cells unexplained is the wrong one.
    private static let mostUnexplained = 0.1

    /// Compares an image with a record.
    ///
    /// - Parameters:
    ///   - image: any form of the recorded image: as it was, lossily compressed, resampled, windowed, cropped, turned. Its `units` are `nil`
    ///     where its samples are shades of a window.
    ///   - window: the window of an export, if it is known from elsewhere. Those that the record holds need not be given; without any, one is
    ///     looked for.
    public static func compare(_ image: ContentImage, with record: ContentRecord, window: ContentWindow? = nil) throws -> ContentReport {
        var report = ContentReport(verdict: .same, grid: record.grid, unit: record.units.name)
        guard image.planes.count == record.planes.count else { return report.not(.planes) }
        if let units = image.units, units.name != record.units.name { return report.not(.units) }
        guard image.units != nil || image.planes.count == 1 else { return report.not(.units) }
        let registration = Registration(
            record: record.planes[0], grid: record.grid, plane: image.planes[0], spacingRatio: spacingRatio(image, record))
        guard let (placement, _) = registration.placement() else { return report.not(.geometry) }
        report.placement = placement
        let placed = PlacedCells(grid: record.grid, placement: placement)
        let means = image.planes.map { placed.means(of: placement.orientation.applied(to: $0)) }
        guard let units = image.units else {
            return windowed(report, means[0], image.planes[0].range, record, window)
        }
        report.tone = .sameUnits
        let scores = zip(record.planes, means).map { plane, means in
            // Samples of another rescale become the record's.
            let stored = means.map { ($0 * units.slope + units.intercept - record.units.intercept) / record.units.slope }
            return ContentScores(
                stored, ExpectedMeans(of: plane, record.grid, isResampled: placement.isResampled), record.grid, step: plane.step,
                recordedRange: plane.recordedRange)
        }
        return finished(report, merged(scores), record)
    }

    /// Compares two records of one geometry, the second with the first.
    public static func compare(_ other: ContentRecord, with record: ContentRecord) -> ContentReport {
        var report = ContentReport(verdict: .same, grid: record.grid, unit: record.units.name)
        guard other.planes.count == record.planes.count else { return report.not(.planes) }
        guard other.units.name == record.units.name else { return report.not(.units) }
        guard other.grid == record.grid else { return report.not(.geometry) }
        report.tone = .sameUnits
        let scores = zip(record.planes, other.planes).map { plane, otherPlane in
            let means = (0..<record.grid.count).map { cell in
                let value = otherPlane.values(of: cell).mean * other.units.slope + other.units.intercept
                return (value - record.units.intercept) / record.units.slope
            }
            return ContentScores(
                means, ExpectedMeans(of: plane, record.grid), record.grid, step: max(plane.step, otherPlane.step),
                recordedRange: plane.recordedRange)
        }
        return finished(report, merged(scores), record)
    }

    // MARK: Shades

    private static func windowed(
        _ report: ContentReport, _ means: [Double], _ shades: ClosedRange<Int32>, _ record: ContentRecord, _ window: ContentWindow?
    ) -> ContentReport {
        var report = report
        let plane = record.planes[0]
        let match = ToneMatch(
            record: record, means: means, dark: Double(shades.lowerBound), bright: Double(shades.upperBound),
            isResampled: report.placement.isResampled)
        guard let (tone, expected) = match.find(known: window) else { return report.not(.window) }
        report.tone = tone
        let scores = ContentScores(means, expected, record.grid, step: plane.step, recordedRange: plane.recordedRange)
        guard case .foundWindow = tone else { return finished(report, scores, record) }
        let assessed = scores.isAssessable.count { $0 }
        let unexplained = zip(scores.isAssessable, scores.scores).count { $0 && $1 > threshold }
        guard Double(unexplained) <= mostUnexplained * Double(assessed) else { return report.not(.window) }
        return finished(report, scores, record)
    }

    // MARK: The report

    private static func spacingRatio(_ image: ContentImage, _ record: ContentRecord) -> (rows: Double, columns: Double)? {
        guard let ours = record.spacing, let theirs = image.spacing else { return nil }
        return (theirs.rows / ours.rows, theirs.columns / ours.columns)
    }

    /// The worst plane decides for each cell.
    private static func merged(_ all: [ContentScores]) -> ContentScores {
        var merged = all[0]
        for scores in all.dropFirst() {
            for cell in merged.scores.indices where scores.scores[cell] > merged.scores[cell] {
                merged.scores[cell] = scores.scores[cell]
                merged.differences[cell] = scores.differences[cell]
            }
            merged.noise = max(merged.noise, scores.noise)
        }
        return merged
    }

    private static func finished(
        _ report: ContentReport, _ scores: ContentScores, _ record: ContentRecord
    ) -> ContentReport {
        var report = report
        let assessed = scores.isAssessable.count { $0 }
        report.assessedShare = Double(assessed) / Double(record.grid.count)
        report.noise = scores.noise * abs(record.units.slope)
        let (regions, isInside) = DifferenceRegions(
            grid: record.grid, scores: scores, threshold: threshold, units: record.units, spacing: record.spacing
        ).find()
        report.differences = regions
        report.cells = zip(isInside, scores.isAssessable).map { $0 ? .differs : ($1 ? .alike : .notAssessable) }
        report.values = scores.differences.map { Float($0 * record.units.slope) }
        report.scores = scores.scores.map { Float($0) }
        let enough = assessed >= min(leastAssessedCells, record.grid.count) && report.assessedShare >= leastAssessed
        if !regions.isEmpty {
            report.verdict = .differs
        } else if !enough {
            report.verdict = .notAssessable(.tooLittle)
        }
        return report
    }
}

extension ContentReport {
    fileprivate func not(_ obstacle: ContentObstacle) -> ContentReport {
        var report = self
        report.verdict = .notAssessable(obstacle)
        return report
    }
}

extension ContentRecord.Plane {
    /// From the least minimum to the greatest maximum, in stored samples.
    var recordedRange: Double {
        Double((maxima.max() ?? 0) - (minima.min() ?? 0)) * Double(step * ContentRecord.coarseSteps)
    }
}
