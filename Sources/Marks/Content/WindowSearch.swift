import SeededRandomness

/// Finds the linear window that an image's shades come from, by the cells that it does not clip.
///
/// In such a cell the mean shade is a line of the recorded mean. Lines through pairs of calm cells are tried, the one with the most cells on
/// it is fitted to those. What the fit is not sure of is part of the answer; a line that few cells support is none.
struct WindowSearch {
    let record: ContentRecord.Plane
    let grid: CellGrid
    /// The image's cell means in shades.
    let means: [Double]
    /// The shades of black and white.
    let dark: Double, bright: Double

    struct Result {
        var line: ToneLine
        /// One standard deviation for each cell, in stored samples.
        var doubt: [Double]
    }

    private static let pairs = 400
    private static let leastCells = 24
    /// The share of the unclipped calm cells that must lie on the line.
    private static let leastShare = 0.6
    /// Standard deviation of the supporting cells' shades, of 255, below which the line's slope is a guess.
    private static let leastSpread = 3.0

    func run() -> Result? {
        let shade = (bright - dark) / 255
        // Clipped means sit at the ends; these are between, in cells whose own range is small.
        let open = (0..<grid.count).filter { means[$0] > dark + 2 * shade && means[$0] < bright - 2 * shade }
        let spans = open.map { Double(record.maxima[$0] - record.minima[$0]) }
        let calm = ContentScores.quantile(spans, 0.5)
        let cells = zip(open, spans).filter { $0.1 <= calm }.map(\.0)
        guard cells.count >= Self.leastCells else { return nil }
        guard let first = bestOfPairs(cells, tolerance: 1.5 * shade) else { return nil }
        var line = first
        var inliers: [Int] = []
        for _ in 0..<3 {
            inliers = cells.filter { abs(line.shade(mean($0)) - means[$0]) <= tolerance(line, 1.5 * shade) }
            guard let fit = Line(fitting: inliers.map { (mean($0), means[$0]) }), fit.slope != 0 else { return nil }
            line = fit
        }
        guard inliers.count >= Self.leastCells, Double(inliers.count) >= Self.leastShare * Double(cells.count),
            line.spread * abs(line.slope) >= Self.leastSpread * shade
        else { return nil }
        return result(line)
    }

    private func mean(_ cell: Int) -> Double { Double(record.means[cell]) * Double(record.step) }

    /// The difference that rounding of shades and of recorded means explains.
    private func tolerance(_ line: Line, _ shades: Double) -> Double { shades + abs(line.slope) * Double(record.step) / 2 }

    private func bestOfPairs(_ cells: [Int], tolerance shades: Double) -> Line? {
        var random = SplitMix64(seed: 2)
        let tested = cells.shuffled(using: &random).prefix(600)
        var best: (support: Int, line: Line)?
        for _ in 0..<Self.pairs {
            guard let one = tested.randomElement(using: &random), let other = tested.randomElement(using: &random) else { return nil }
            let (x0, x1) = (mean(one), mean(other))
            guard abs(x1 - x0) >= 4 * Double(record.step), means[one] != means[other] else { continue }
            let slope = (means[other] - means[one]) / (x1 - x0)
            let line = Line(slope: slope, offset: means[one] - slope * x0)
            let allowed = tolerance(line, shades)
            let support = tested.count { abs(line.shade(mean($0)) - means[$0]) <= allowed }
            if support > best?.support ?? 0 { best = (support, line) }
        }
        return best?.line
    }

    private func result(_ line: Line) -> Result {
        let ends = [(dark - line.offset) / line.slope, (bright - line.offset) / line.slope].sorted()
        let tone = ToneLine(low: ends[0], high: ends[1], dark: dark, bright: bright, isFalling: line.slope < 0)
        let doubt = (0..<grid.count).map { line.standardDeviation(at: mean($0)) / abs(line.slope) }
        return Result(line: tone, doubt: doubt)
    }
}

/// shade = slope · sample + offset, and how sure that is.
private struct Line {
    var slope: Double
    var offset: Double
    /// Standard deviation of the samples that it was fitted to.
    var spread = 0.0
    private var centre = 0.0
    private var residual = 0.0
    private var count = 1.0

    init(slope: Double, offset: Double) {
        self.slope = slope
        self.offset = offset
    }

    /// By least squares; `nil` for fewer than three points or points over one another.
    init?(fitting points: [(x: Double, y: Double)]) {
        count = Double(points.count)
        guard points.count >= 3 else { return nil }
        let middle = points.reduce((0.0, 0.0)) { ($0.0 + $1.x, $0.1 + $1.y) }
        let (x, y) = (middle.0 / count, middle.1 / count)
        let (sxx, sxy) = points.reduce((0.0, 0.0)) { ($0.0 + ($1.x - x) * ($1.x - x), $0.1 + ($1.x - x) * ($1.y - y)) }
        guard sxx > 0 else { return nil }
        slope = sxy / sxx
        offset = y - slope * x
        centre = x
        spread = (sxx / count).squareRoot()
        let squares = points.reduce(0.0) { sum, point in
            let miss = point.y - (slope * point.x + offset)
            return sum + miss * miss
        }
        residual = (squares / (count - 2)).squareRoot()
    }

    func shade(_ sample: Double) -> Double { slope * sample + offset }

    /// Of the line's shade at a sample.
    func standardDeviation(at sample: Double) -> Double {
        guard spread > 0 else { return residual }
        let distance = (sample - centre) / spread
        return residual * ((1 + distance * distance) / count).squareRoot()
    }
}

/// Finds by which window an image's shades come from the record: one that is known, one that the record holds, or one that is looked for.
struct ToneMatch {
    let record: ContentRecord
    /// The image's cell means in shades.
    let means: [Double]
    /// The shades of black and white.
    let dark: Double, bright: Double
    /// The image's samples are not the record's one for one.
    let isResampled: Bool

    /// A recorded window fits where the middle of the misfits of the cells that it shows is at most so many shades of 255.
    private static let closeFit = 1.5
    /// Cells that must be shown, neither black nor white.
    private static let leastShown = 24

    func find(known: ContentWindow?) -> (ContentTone, ExpectedMeans)? {
        let plane = record.planes[0]
        if let known {
            if let held = record.windows.first(where: { $0.window == known }) {
                return (.recordedWindow(known), ExpectedMeans(of: held, plane, record.grid, line(known), isResampled: isResampled))
            }
            let certain = [Double](repeating: 0, count: record.grid.count)
            return (
                .knownWindow(known), ExpectedMeans(of: plane, record.grid, through: line(known), doubt: certain, isResampled: isResampled)
            )
        }
        if let (held, line) = bestHeld() {
            return (.recordedWindow(held.window), ExpectedMeans(of: held, plane, record.grid, line, isResampled: isResampled))
        }
        let search = WindowSearch(record: plane, grid: record.grid, means: means, dark: dark, bright: bright)
        guard let found = search.run() else { return nil }
        let ends = [found.line.low, found.line.high].map { $0 * record.units.slope + record.units.intercept }
        return (
            .foundWindow(black: found.line.isFalling ? ends[1] : ends[0], white: found.line.isFalling ? ends[0] : ends[1]),
            ExpectedMeans(of: plane, record.grid, through: found.line, doubt: found.doubt, isResampled: isResampled)
        )
    }

    private func line(_ window: ContentWindow) -> ToneLine {
        var line = window.stored(in: record.units)
        (line.dark, line.bright) = (dark, bright)
        return line
    }

    private func bestHeld() -> (ContentRecord.Windowed, ToneLine)? {
        let fits = record.windows.compactMap { held -> (Double, ContentRecord.Windowed)? in
            let shade = (bright - dark) / 255
            let expected = held.means.map { dark + Double($0) / ContentRecord.Windowed.parts * shade }
            let shown = expected.indices.filter {
                !means[$0].isNaN && expected[$0] > dark + 2 * shade && expected[$0] < bright - 2 * shade
            }
            guard shown.count >= Self.leastShown else { return nil }
            let misfit = ContentScores.quantile(shown.map { abs(means[$0] - expected[$0]) }, 0.5) / shade
            return misfit <= Self.closeFit ? (misfit, held) : nil
        }
        return fits.min { $0.0 < $1.0 }.map { ($0.1, line($0.1.window)) }
    }
}
