/// The samples that may carry under a Hamming plan, in path order, with the strength of the edge at each.
struct HammingCarrier {
    struct Sample {
        let plane: Int32
        let index: Int32
        let strength: UInt16
        let depthLimit: UInt8
    }

    /// A bound on time: further along the path, no sample is looked at.
    static let maximumStepCount = 1 << 22

    private let lattice: EdgeLattice
    private let columns: Int
    private let runs: LevelRuns
    /// By index into ``SamplePlanes/planes``; nil for planes that do not carry.
    private let strengths: [EdgeStrengths?]

    init(_ planes: SamplePlanes, carrier: CarrierPlanes, lattice: EdgeLattice) {
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        self.lattice = lattice
        self.runs = runs
        columns = planes.columns
        var strengths = [EdgeStrengths?](repeating: nil, count: planes.planes.count)
        for plane in carrier.indices {
            strengths[plane] = EdgeStrengths(
                plane: planes.planes[plane], rows: planes.rows, columns: planes.columns, lattice: lattice, runs: runs)
        }
        self.strengths = strengths
    }

    /// With the corners that a key fixes.
    init(_ planes: SamplePlanes, carrier: CarrierPlanes, key: InstanceKey) {
        self.init(planes, carrier: carrier, lattice: EdgeLattice(key: key))
    }

    /// What edge a sample lies at; nil for a fixed one.
    @inline(__always)
    func strength(plane: Int, index: Int) -> UInt16? {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        guard !lattice.isFixed(row: row, column: column) else { return nil }
        return strengths[plane]?[row, column]
    }

    /// All of them along a walk.
    func samples(along walk: CarrierWalk, in planes: SamplePlanes) -> [Sample] {
        var samples: [Sample] = []
        visit(along: walk, in: planes) {
            samples.append($0)
            return true
        }
        return samples
    }

    /// - Parameter body: returns false to stop.
    func visit(along walk: CarrierWalk, in planes: SamplePlanes, _ body: (Sample) -> Bool) {
        var walk = walk
        while walk.step < Self.maximumStepCount, let next = walk.next(in: planes) {
            guard let strength = strength(plane: next.plane, index: next.index) else { continue }
            let limit = runs.depthLimit(of: Int(planes.planes[next.plane][next.index]))
            let sample = Sample(plane: Int32(next.plane), index: Int32(next.index), strength: strength, depthLimit: UInt8(limit))
            guard body(sample) else { return }
        }
    }
}
