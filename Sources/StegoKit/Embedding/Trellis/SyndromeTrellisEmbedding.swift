/// ±1 changes by a two-layer syndrome-trellis code where they cost least [Filler, Judas & Fridrich 2011; costs after Li et al. 2014].
/// Exact only with the restoration data.
///
/// Range ends, padding and the region of interest are wet: the code leaves them alone, and the extractor need not know where they are.
/// See docs/formats/embedding/lsb-hamming-stc.md.
struct SyndromeTrellisEmbedding: EmbeddingAlgorithm {
    static let number: UInt8 = 4
    static let name = "stc"
    static let summary = "changes samples by one where it shows least"
    static let explanation = """
        Gives every sample a cost, low where the image is busy, and finds the nearly cheapest set of ±1 changes that spells the payload \
        (syndrome-trellis codes in two layers).
        """
    static let defaultScope = RegionPolicy.Scope.regionOfNonInterest
    static let isReversible = false
    /// 7 … 12: each more takes twice the time and memory and comes closer to the bound.
    static let constraintHeight = EmbeddingParameter(
        name: "constraintHeight", range: SyndromeTrellisCode.constraintHeights, standard: 10)
    static let parameters = [constraintHeight]

    private static let attemptCount = 8

    private let constraintHeight: Int

    init(_ parameters: EmbeddingParameters) { constraintHeight = parameters[Self.constraintHeight] }

    func capacity(of planes: SamplePlanes) -> Int {
        guard let cover = try? TrellisCover(planes, key: .forTrials), cover.layout.hasRoom else { return 0 }
        return cover.capacity(constraintHeight: constraintHeight)
    }

    func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding {
        try planes.checkLevels()
        guard payload.count <= ParameterBlock.maximumPayloadByteCount, let cover = try TrellisCover(planes, key: key) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: 0)
        }
        let bits = Bits.unpacked(EmbeddingKeyStream.payload(method: Self.number).combined(payload, key: key))
        var directions = StepDirections(key: key)
        guard let coded = try code(bits, into: planes, cover, &directions) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: capacity(of: planes))
        }
        var block = ParameterBlock(method: Self.number, payloadByteCount: payload.count)
        let parameters = TrellisParameters(
            constraintHeight: constraintHeight, sampleCount: coded.samples.count, firstLayerBitCount: coded.firstLayerBitCount)
        block.detail.replaceSubrange(
            MaskPlacement.byteCount..<MaskPlacement.byteCount + TrellisParameters.byteCount, with: parameters.encoded)
        var stego = planes
        guard cover.layout.write(block, to: &stego, key: key, &directions) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: capacity(of: planes))
        }
        for (sample, level) in zip(coded.samples, coded.levels) { stego.planes[sample.plane][sample.index] = level }
        let changes = SampleChanges(cover: planes, stego: stego, carrier: cover.carrier)
        planes = stego
        return Embedding(
            payloadBits: payload.count * 8, changedSamples: changes.changes.count, restoration: changes.encoded)
    }

    /// - Returns: the samples that take part and their new levels; nil if the bits do not fit.
    private func code(
        _ bits: [UInt8], into planes: SamplePlanes, _ cover: TrellisCover, _ directions: inout StepDirections
    ) throws(EmbeddingError) -> CodedSamples? {
        var samples = cover.samples(carrying: bits.count, constraintHeight: constraintHeight)
        guard let code = try? TernaryTrellisCode(constraintHeight: constraintHeight) else {
            throw .unsupported("constraint height \(constraintHeight)")
        }
        var levels = samples.map { planes.planes[$0.plane][$0.index] }
        var (down, up) = (cover.costs.downs(at: samples, in: planes), cover.costs.ups(at: samples, in: planes))
        for _ in 0..<Self.attemptCount {
            if let coded = try? code.embed(bits, into: levels, down: down, up: up) {
                return CodedSamples(samples: samples, levels: coded.levels, firstLayerBitCount: coded.layerBits.secondLast)
            }
            // Where most samples can go one way only, as in a saturated image, the second-last bits may hold too little.
            if let coded = LastLayer.embed(bits, into: levels, down: down, up: up, constraintHeight: constraintHeight, &directions) {
                return CodedSamples(samples: samples, levels: coded, firstLayerBitCount: 0)
            }
            // Around samples that must stay, a code may find no solution by bad luck: other block limits are another chance.
            let fewer = samples.count - max(1, samples.count / 64)
            guard fewer >= bits.count / 2 else { return nil }
            samples.removeLast(samples.count - fewer)
            levels.removeLast(levels.count - fewer)
            down.removeLast(down.count - fewer)
            up.removeLast(up.count - fewer)
        }
        return nil
    }

    func extract(_ found: ParameterBlock.Found, from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8] {
        guard found.block.version == .wetPaper else { throw .nothingFound }
        let bitCount = found.block.payloadByteCount * 8
        guard let parameters = TrellisParameters(detail: found.block.detail),
            let code = try? TernaryTrellisCode(constraintHeight: parameters.constraintHeight)
        else { throw .unsupported("unknown parameters of the stc method") }
        guard parameters.firstLayerBitCount <= bitCount, parameters.sampleCount <= found.carrier.sampleCount else {
            throw .damaged("more bits or samples announced than there are")
        }
        var walk = found.walk(in: planes)
        let levels = walk.next(parameters.sampleCount, in: planes).map { planes.planes[$0.plane][$0.index] }
        guard levels.count == parameters.sampleCount else { throw .damaged("too few samples") }
        let layers = TernaryTrellisCode.LayerBits(
            secondLast: parameters.firstLayerBitCount, last: bitCount - parameters.firstLayerBitCount)
        guard let bits = try? code.extract(layers, from: levels) else { throw .damaged("more bits announced than samples hold") }
        return EmbeddingKeyStream.payload(method: Self.number).combined(Bits.packed(bits), key: key)
    }

    func restore(_ found: ParameterBlock.Found, in planes: inout SamplePlanes, restoration: [UInt8]) throws(EmbeddingError) {
        try SampleChanges.restore(&planes, restoration, carrier: found.carrier)
    }
}

/// The samples that take part, as the code has changed them.
private struct CodedSamples {
    let samples: [CarrierSample]
    /// One for each sample, at most one from the cover's.
    let levels: [UInt16]
    /// Bits in the second-last bits of the levels.
    let firstLayerBitCount: Int
}

/// All bits in the last bits of the levels: less than two layers hold, but as much wherever a sample can go.
private enum LastLayer {
    /// - Returns: new levels, each by the cheaper of its steps; nil if the bits do not fit.
    static func embed(
        _ bits: [UInt8], into levels: [UInt16], down: [Float], up: [Float], constraintHeight: Int, _ directions: inout StepDirections
    ) -> [UInt16]? {
        let costs = zip(down, up).map { min($0, $1) }
        guard let code = try? SyndromeTrellisCode(constraintHeight: constraintHeight),
            let coded = try? code.embed(bits, into: levels.map { UInt8($0 & 1) }, costs: costs)
        else { return nil }
        return levels.indices.map { index in
            guard UInt8(levels[index] & 1) != coded.stego[index] else { return levels[index] }
            // Changed samples have a finite cost: a step that stays in the run.
            let goesUp = up[index] == down[index] ? directions.next() : up[index] < down[index]
            return goesUp ? levels[index] + 1 : levels[index] - 1
        }
    }
}
