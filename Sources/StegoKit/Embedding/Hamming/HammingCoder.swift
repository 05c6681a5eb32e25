/// Puts bits into samples, and reads them, block by block under one plan.
struct HammingCoder {
    let plan: HammingPlan
    let runs: LevelRuns

    /// One of the low bits of one sample.
    private struct Element {
        let sample: Int
        let place: Int
    }

    /// - Throws: ``EmbeddingError`` `payloadTooLarge` if the samples carry fewer bits: never with a plan made for them.
    func embed(
        _ bits: [UInt8], at samples: [HammingCarrier.Sample], in stego: inout SamplePlanes, _ directions: inout StepDirections
    ) throws(EmbeddingError) {
        guard !bits.isEmpty else { return }
        let elements = elements(of: samples, count: plan.elementCount(bitCount: bits.count))
        let code: HammingCode
        do {
            code = try HammingCode(parameter: plan.parameter)
        } catch {
            throw .unsupported("Hamming parameter \(plan.parameter)")
        }
        guard elements.count == plan.elementCount(bitCount: bits.count) else {
            throw .payloadTooLarge(byteCount: bits.count / 8, capacity: 0)
        }
        // Bit masks of what has to flip, by sample.
        var flips: [Int: UInt16] = [:]
        for block in 0..<elements.count / code.blockLength {
            let members = elements[block * code.blockLength..<(block + 1) * code.blockLength]
            let cover = members.map { bit(of: $0, samples, stego) }
            let costs = members.map { Float(1 << (2 * $0.place)) / Float(1 + Int(samples[$0.sample].strength)) }
            do {
                let message = message(bits, block: block)
                for change in try code.changes(toCarry: message, insteadOf: code.syndrome(of: cover), costs: costs) {
                    let element = members[members.startIndex + change]
                    flips[element.sample, default: 0] ^= 1 << UInt16(element.place)
                }
            } catch {
                throw .payloadTooLarge(byteCount: bits.count / 8, capacity: 0)
            }
        }
        for ordinal in flips.keys.sorted() {
            guard let flip = flips[ordinal], flip != 0 else { continue }
            let sample = samples[ordinal]
            let depth = plan.bits(strength: sample.strength, limit: Int(sample.depthLimit))
            let level = stego.planes[Int(sample.plane)][Int(sample.index)]
            stego.planes[Int(sample.plane)][Int(sample.index)] =
                depth == 1 ? directions.step(from: level, runs: runs) : nearest(to: level, flipping: flip, depth: depth, &directions)
        }
    }

    /// - Throws: ``EmbeddingError`` `damaged` if the samples carry fewer bits.
    func extract(
        bitCount: Int, along walk: CarrierWalk, _ carrier: HammingCarrier, from planes: SamplePlanes
    ) throws(EmbeddingError) -> [UInt8] {
        guard bitCount > 0 else { return [] }
        let blockLength = (1 << plan.parameter) - 1
        var bits: [UInt8] = []
        bits.reserveCapacity(bitCount + plan.parameter)
        var (syndrome, column) = (0, 0)
        carrier.visit(along: walk, in: planes) { sample in
            let level = planes.planes[Int(sample.plane)][Int(sample.index)]
            for place in 0..<plan.bits(strength: sample.strength, limit: Int(sample.depthLimit)) {
                column += 1
                if level >> UInt16(place) & 1 == 1 { syndrome ^= column }
                guard column == blockLength else { continue }
                for shift in 0..<plan.parameter { bits.append(UInt8(syndrome >> shift & 1)) }
                (syndrome, column) = (0, 0)
                if bits.count >= bitCount { return false }
            }
            return true
        }
        guard bits.count >= bitCount else { throw .damaged("too few samples at edges") }
        return Array(bits.prefix(bitCount))
    }

    private func elements(of samples: [HammingCarrier.Sample], count: Int) -> [Element] {
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for (ordinal, sample) in samples.enumerated() {
            for place in 0..<plan.bits(strength: sample.strength, limit: Int(sample.depthLimit)) {
                guard elements.count < count else { return elements }
                elements.append(Element(sample: ordinal, place: place))
            }
        }
        return elements
    }

    private func bit(of element: Element, _ samples: [HammingCarrier.Sample], _ planes: SamplePlanes) -> UInt8 {
        let sample = samples[element.sample]
        return UInt8(planes.planes[Int(sample.plane)][Int(sample.index)] >> UInt16(element.place) & 1)
    }

    /// The bits of a block, first one least significant; beyond the end, zeros.
    private func message(_ bits: [UInt8], block: Int) -> Int {
        let start = block * plan.parameter
        return (start..<min(start + plan.parameter, bits.count)).reduce(0) { $0 | Int(bits[$1]) << ($1 - start) }
    }

    /// The level nearest to a level, in its run, whose low bits are the level's with some flipped.
    private func nearest(to level: UInt16, flipping flip: UInt16, depth: Int, _ directions: inout StepDirections) -> UInt16 {
        let run = runs.run(of: Int(level))
        let period = 1 << depth
        let up = (Int(level ^ flip) - Int(level)) & (period - 1)
        let (above, below) = (Int(level) + up, Int(level) + up - period)
        guard above <= run.last else { return UInt16(below) }
        guard below >= run.first else { return UInt16(above) }
        if 2 * up == period { return UInt16(directions.next() ? above : below) }
        return UInt16(2 * up < period ? above : below)
    }
}

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

    /// The strength of the edge at which a sample lies; nil for a fixed one.
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
