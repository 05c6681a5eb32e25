/// A cover prepared for the trellis: its costs, where the parameters go, and the samples behind them.
struct TrellisCover {
    /// A bound on time and memory: to find its way back, the trellis keeps a bit for each state at each sample.
    private static let stateBits = 31
    private static let maximumSampleCount = 1 << 22
    /// More samples for a bit hardly save changes.
    private static let samplesPerBit = 512

    let carrier: CarrierPlanes
    let layout: WetPreambleLayout
    let costs: StepCosts
    private let planes: SamplePlanes
    private let path: KeyedPermutation

    /// - Returns: nil if there is no room for the parameters.
    init?(_ planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) {
        let carrier = CarrierPlanes(of: planes)
        let region = try planes.checkedRegion()
        guard carrier.sampleCount >= ReservedSamples.count else { return nil }
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        let costs = StepCosts(planes, carrier: carrier, region: region)
        guard
            let layout = WetPreambleLayout(
                planes: planes, carrier: carrier, path: path, key: key, mask: nil, cost: { costs.cost(at: $0) })
        else { return nil }
        self.carrier = carrier
        self.layout = layout
        self.costs = costs
        self.planes = planes
        self.path = path
    }

    /// The samples that take part in hiding so many bits.
    func samples(carrying bitCount: Int, constraintHeight: Int) -> [CarrierSample] {
        let limit = min(Self.maximumSampleCount, 1 << (Self.stateBits - constraintHeight))
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: layout.nextStep)
        return walk.next(min(limit, bitCount * Self.samplesPerBit), in: planes)
    }

    /// Bytes that surely fit.
    func capacity(constraintHeight: Int) -> Int {
        var (both, one, none) = (0, 0, 0)
        for sample in samples(carrying: carrier.sampleCount, constraintHeight: constraintHeight) {
            let steps = costs.steps(at: sample, in: planes)
            switch (steps.down < .infinity, steps.up < .infinity) {
            case (true, true): both += 1
            case (true, false), (false, true): one += 1
            case (false, false): none += 1
            }
        }
        let count = Double(max(1, both + one + none))
        // Of log₂ 3 bits in two layers, and of one bit in the last layer alone. Codes of finite height do not reach the bound, least of all
        // around samples that must stay: those of the first layer are all that cannot go both ways.
        let inTwoLayers = Double(both) * (0.95 - 0.8 * Double(one + none) / count)
        let inOneLayer = Double(both + one) * (0.5 - 0.5 * Double(none) / count)
        let bits = max(inTwoLayers, inOneLayer)
        return min(max(0, Int(bits / 8) - 32), ParameterBlock.maximumPayloadByteCount)
    }
}

/// The parameters that the extractor of `stc` needs besides the number of bits.
struct TrellisParameters: Equatable {
    static let byteCount = 9

    /// 7 … 12.
    let constraintHeight: Int
    /// Samples in the code, in path order behind the parameters.
    let sampleCount: Int
    /// Bits in the second-last bits of the levels; the others are in the last bits.
    let firstLayerBitCount: Int

    init(constraintHeight: Int, sampleCount: Int, firstLayerBitCount: Int) {
        self.constraintHeight = constraintHeight
        self.sampleCount = sampleCount
        self.firstLayerBitCount = firstLayerBitCount
    }

    var encoded: [UInt8] {
        [UInt8(constraintHeight)] + DetailReader.bytes(sampleCount, 4) + DetailReader.bytes(firstLayerBitCount, 4)
    }

    /// - Returns: nil for a height that there is no code for.
    init?(detail: [UInt8]) {
        var reader = DetailReader(detail[MaskPlacement.byteCount...])
        constraintHeight = reader.number(1)
        sampleCount = reader.number(4)
        firstLayerBitCount = reader.number(4)
        guard SyndromeTrellisCode.constraintHeights.contains(constraintHeight) else { return nil }
    }
}
