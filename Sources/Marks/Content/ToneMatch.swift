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
