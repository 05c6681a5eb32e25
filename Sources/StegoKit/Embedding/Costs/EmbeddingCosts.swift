/// The cost of changing each sample by one: little in texture, where nobody can tell, much in flat and smooth parts.
///
/// After HILL [Li, Wang, Li & Huang 2014]: the residual of the Ker–Böhme high-pass filter, its magnitude averaged over 3 × 3 samples,
/// the reciprocal of that averaged over 15 × 15. Levels are scaled so that the used range of the image becomes 0 … 255, which makes
/// images of every depth alike; a magnitude below ``flatMagnitude`` counts as that, which bounds the costs of flat parts.
///
/// Only the side that embeds needs costs.
struct EmbeddingCosts {
    /// One plane's costs, row-major; relative to each other only. About 0.03 in strong texture, 100 in flat parts.
    let values: [Float]

    /// Levels of a 256-level image; a smaller residual is no texture.
    static let flatMagnitude: Float = 0.01
    private static let magnitudeRadius = 1
    private static let costRadius = 7
    /// Reciprocals are summed as whole multiples of this, so that running sums are exact.
    private static let reciprocalUnit: Float = 1 / 1024

    /// - Parameter usedRange: largest minus smallest level of the image.
    ///
    /// Time proportional to the samples; memory for some three planes.
    init(plane: [UInt16], rows: Int, columns: Int, usedRange: Int) {
        guard rows > 0, columns > 0 else {
            values = []
            return
        }
        let scale = 255 / Float(max(1, usedRange))
        let magnitudes = BoxSum(HighPass.magnitudes(of: plane, rows: rows, columns: columns), rows, columns, radius: Self.magnitudeRadius)
        let magnitudeScale = scale / Float(BoxSum.area(radius: Self.magnitudeRadius))
        let reciprocals = magnitudes.values.map { sum -> UInt32 in
            let magnitude = max(Float(sum) * magnitudeScale, Self.flatMagnitude)
            return UInt32(1 / (magnitude * Self.reciprocalUnit))
        }
        let sums = BoxSum(reciprocals, rows, columns, radius: Self.costRadius)
        let sumScale = Self.reciprocalUnit / Float(BoxSum.area(radius: Self.costRadius))
        values = sums.values.map { max(Float($0), 1) * sumScale }
    }
}

/// The high-pass filter [−1 2 −1; 2 −4 2; −1 2 −1] of Ker & Böhme; outside the image, samples repeat as in a mirror.
private enum HighPass {
    static func magnitudes(of plane: [UInt16], rows: Int, columns: Int) -> [UInt32] {
        // The filter is the product of [−1 2 −1] down and across, but for its sign.
        var result = [UInt32](repeating: 0, count: rows * columns)
        var vertical = [Int32](repeating: 0, count: columns)
        for row in 0..<rows {
            let above = mirrored(row - 1, rows) * columns
            let below = mirrored(row + 1, rows) * columns
            let own = row * columns
            for column in 0..<columns {
                vertical[column] = 2 * Int32(plane[own + column]) - Int32(plane[above + column]) - Int32(plane[below + column])
            }
            result[own] = (2 * vertical[0] - 2 * vertical[mirrored(1, columns)]).magnitude
            result[own + columns - 1] = (2 * vertical[columns - 1] - 2 * vertical[mirrored(columns, columns)]).magnitude
            guard columns > 2 else { continue }
            for column in 1..<columns - 1 {
                result[own + column] = (2 * vertical[column] - vertical[column - 1] - vertical[column + 1]).magnitude
            }
        }
        return result
    }

    /// The index that a mirror at the outermost samples shows.
    private static func mirrored(_ index: Int, _ count: Int) -> Int {
        count == 1 ? 0 : index < 0 ? -index : index >= count ? 2 * count - 2 - index : index
    }
}

/// Sums over the square of 2 × radius + 1 samples around each sample; outside the image, the outermost samples repeat.
///
/// Sums must fit 32 bits: magnitudes are below 2^20 and summed by nine, reciprocals below 2^17 by 225.
private struct BoxSum {
    let values: [UInt32]

    static func area(radius: Int) -> Int { (2 * radius + 1) * (2 * radius + 1) }

    init(_ source: [UInt32], _ rows: Int, _ columns: Int, radius: Int) {
        var result = [UInt32](repeating: 0, count: rows * columns)
        // Sums down each column over the rows around the current one.
        var down = [UInt32](repeating: 0, count: columns)
        for offset in -radius...radius { Self.add(source, row: min(max(offset, 0), rows - 1), columns, to: &down) }
        for row in 0..<rows {
            if row > 0 {
                Self.add(source, row: min(row + radius, rows - 1), columns, to: &down)
                Self.subtract(source, row: max(row - radius - 1, 0), columns, from: &down)
            }
            Self.sumAcross(down, radius: radius, into: &result, at: row * columns)
        }
        values = result
    }

    private static func add(_ source: [UInt32], row: Int, _ columns: Int, to sums: inout [UInt32]) {
        let start = row * columns
        for column in 0..<columns { sums[column] &+= source[start &+ column] }
    }

    private static func subtract(_ source: [UInt32], row: Int, _ columns: Int, from sums: inout [UInt32]) {
        let start = row * columns
        for column in 0..<columns { sums[column] &-= source[start &+ column] }
    }

    private static func sumAcross(_ down: [UInt32], radius: Int, into result: inout [UInt32], at start: Int) {
        let last = down.count - 1
        var sum: UInt32 = 0
        for offset in -radius...radius { sum &+= down[min(max(offset, 0), last)] }
        for column in 0...last {
            result[start &+ column] = sum
            sum = sum &+ down[min(column &+ radius &+ 1, last)] &- down[max(column &- radius, 0)]
        }
    }
}

/// The cost of a step up and of a step down at each sample of the carrier.
struct StepCosts {
    private let runs: LevelRuns
    private let region: RegionOfInterest?
    /// By index into ``SamplePlanes/planes``; empty for planes that do not carry.
    private let costs: [[Float]]

    init(_ planes: SamplePlanes, carrier: CarrierPlanes, region: RegionOfInterest?) {
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        self.runs = runs
        self.region = region
        let usedRange = Self.usedRange(planes, carrier, runs)
        var costs = [[Float]](repeating: [], count: planes.planes.count)
        for plane in carrier.indices {
            costs[plane] =
                EmbeddingCosts(plane: planes.planes[plane], rows: planes.rows, columns: planes.columns, usedRange: usedRange).values
        }
        self.costs = costs
    }

    /// Of a change by one in either direction; infinity inside the region of interest.
    func cost(at sample: CarrierSample) -> Float {
        if let region, region.isInside[sample.index] { return .infinity }
        return costs[sample.plane][sample.index]
    }

    /// Of a step down and of one up; infinity inside the region of interest and out of the sample's run of levels.
    func steps(at sample: CarrierSample, in planes: SamplePlanes) -> (down: Float, up: Float) {
        let cost = cost(at: sample)
        let level = Int(planes.planes[sample.plane][sample.index])
        let run = runs.run(of: level)
        return (level > run.first ? cost : .infinity, level < run.last ? cost : .infinity)
    }

    func downs(at samples: [CarrierSample], in planes: SamplePlanes) -> [Float] { samples.map { steps(at: $0, in: planes).down } }

    func ups(at samples: [CarrierSample], in planes: SamplePlanes) -> [Float] { samples.map { steps(at: $0, in: planes).up } }

    /// Largest minus smallest level that is not padding.
    private static func usedRange(_ planes: SamplePlanes, _ carrier: CarrierPlanes, _ runs: LevelRuns) -> Int {
        var (lowest, highest) = (UInt16.max, UInt16.min)
        for plane in carrier.indices {
            for level in planes.planes[plane] where !runs.isForbidden(Int(level)) {
                (lowest, highest) = (min(lowest, level), max(highest, level))
            }
        }
        return highest > lowest ? Int(highest) - Int(lowest) : 1
    }
}
