/// Hamming codes at edges: k bits in 2^k − 1 elements with rarely more than one change, in the strongest edges first, outside the region
/// of interest [after Al-Dmour & Al-Ani 2016]. Exact only with the restoration data.
///
/// An element is one of the up to three low bits of a sample. Where only the last bit carries, which is so unless the payload is large, a
/// change is ±1 in a random direction; else it is the smallest that gives the wanted bits. See docs/formats/embedding/lsb-hamming-stc.md.
struct HammingEmbedding: EmbeddingAlgorithm {
    static let number: UInt8 = 3
    static let name = "hamming"
    static let summary = "changes samples by one at edges"
    static let explanation = """
        Hides k bits in each group of samples by changing at most one of them by ±1 (matrix embedding with Hamming codes), edges \
        first. Fewer changes, none of them within fixed pairs.
        """
    static let defaultScope = RegionPolicy.Scope.regionOfNonInterest
    static let isReversible = false

    init(_ parameters: EmbeddingParameters) {}

    func capacity(of planes: SamplePlanes) -> Int {
        // Which samples a key fixes as corners may decide much, where padding takes every second sample; which ones it takes away for the
        // parameters decides a little.
        let trials = EdgeLattice.all.map { lattice -> Int in
            guard let cover = try? HammingCover(planes, key: .forTrials, lattice: lattice), cover.layout.hasRoom else { return 0 }
            return HammingPlanner(cover.samples, maximumLevel: planes.maximumLevel).capacity
        }
        let bits = trials.min() ?? 0
        return min(max(0, (bits - bits / 8) / 8 - 32), ParameterBlock.maximumPayloadByteCount)
    }

    func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding {
        try planes.checkLevels()
        guard payload.count <= ParameterBlock.maximumPayloadByteCount,
            let cover = try HammingCover(planes, key: key, lattice: EdgeLattice(key: key)),
            let plan = HammingPlanner(cover.samples, maximumLevel: planes.maximumLevel).plan(bitCount: payload.count * 8)
        else { throw .payloadTooLarge(byteCount: payload.count, capacity: capacity(of: planes)) }
        var block = ParameterBlock(method: Self.number, payloadByteCount: payload.count)
        block.detail.replaceSubrange(MaskPlacement.byteCount..<MaskPlacement.byteCount + HammingPlan.byteCount, with: plan.encoded)
        var directions = StepDirections(key: key)
        var stego = planes
        guard cover.layout.write(block, to: &stego, key: key, &directions) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: capacity(of: planes))
        }
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        let enciphered = EmbeddingKeyStream.payload(method: Self.number).combined(payload, key: key)
        try HammingCoder(plan: plan, runs: runs).embed(Bits.unpacked(enciphered), at: cover.samples, in: &stego, &directions)
        let changes = SampleChanges(cover: planes, stego: stego, carrier: cover.carrier)
        planes = stego
        return Embedding(
            payloadBits: payload.count * 8, changedSamples: changes.changes.count, restoration: changes.encoded)
    }

    func extract(_ found: ParameterBlock.Found, from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8] {
        guard found.block.version == .wetPaper else { throw .nothingFound }
        var reader = DetailReader(found.block.detail[MaskPlacement.byteCount...])
        guard let plan = HammingPlan(&reader) else { throw .unsupported("unknown parameters of the hamming method") }
        let bitCount = found.block.payloadByteCount * 8
        guard bitCount <= found.carrier.sampleCount * HammingPlan.largestDepth else {
            throw .damaged("more bits announced than samples hold")
        }
        let carrier = HammingCarrier(planes, carrier: found.carrier, lattice: EdgeLattice(key: key))
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        let bits = try HammingCoder(plan: plan, runs: runs).extract(
            bitCount: bitCount, along: found.walk(in: planes), carrier, from: planes)
        return EmbeddingKeyStream.payload(method: Self.number).combined(Bits.packed(bits), key: key)
    }

    func restore(_ found: ParameterBlock.Found, in planes: inout SamplePlanes, restoration: [UInt8]) throws(EmbeddingError) {
        try SampleChanges.restore(&planes, restoration, carrier: found.carrier)
    }
}

/// A cover prepared for Hamming codes: where the parameters go, and the samples behind them.
private struct HammingCover {
    let carrier: CarrierPlanes
    let layout: WetPreambleLayout
    let samples: [HammingCarrier.Sample]

    /// - Returns: nil if there is no room for the parameters.
    init?(_ planes: SamplePlanes, key: InstanceKey, lattice: EdgeLattice) throws(EmbeddingError) {
        let carrier = CarrierPlanes(of: planes)
        let region = try planes.checkedRegion()
        guard carrier.sampleCount >= ReservedSamples.count else { return nil }
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        let edges = HammingCarrier(planes, carrier: carrier, lattice: lattice)
        let layout = WetPreambleLayout(
            planes: planes, carrier: carrier, path: path, key: key, mask: region.flatMap(RegionMask.init(covering:))
        ) { sample in
            // Corners stay as they are, or the extractor would see other edges.
            guard region?.isInside[sample.index] != true, let strength = edges.strength(plane: sample.plane, index: sample.index)
            else { return .infinity }
            return 1 / Float(1 + Int(strength))
        }
        guard let layout else { return nil }
        let walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: layout.nextStep, mask: layout.mask)
        self.carrier = carrier
        self.layout = layout
        samples = edges.samples(along: walk, in: planes)
    }
}
