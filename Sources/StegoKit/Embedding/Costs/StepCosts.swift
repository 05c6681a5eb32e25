/// What a step up or down costs at each sample of the carrier.
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
