/// The embedder's side of ``WetPreamble``: which samples it takes, before it is known what they will hold.
struct WetPreambleLayout {
    let mask: RegionMask?
    let block: WetPaperSamples
    let maskSamples: WetPaperSamples
    let nextStep: Int
    private let maskBytes: [UInt8]
    private let costs: [Float]

    /// For each bit of the mask's description, so many samples outside the region; more would be changed in fewer places.
    private static let drySamplesPerBit = 16

    /// - Parameters:
    ///   - mask: of what the extractor must pass over; nil if it need not know.
    ///   - cost: of changing a sample; infinity for one that must stay.
    /// - Returns: nil if the image has no room for it.
    init?(
        planes: SamplePlanes, carrier: CarrierPlanes, path: KeyedPermutation, key: InstanceKey, mask: RegionMask?,
        cost: (CarrierSample) -> Float
    ) {
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: 0)
        block = WetPaperSamples(samples: walk.next(WetPreamble.blockSampleCount(carrier), in: planes))
        let enciphered = mask.map { EmbeddingKeyStream.regionMask.combined($0.encoded, key: key) } ?? []
        guard enciphered.count <= MaskPlacement.largestByteCount else { return nil }
        var costs = block.samples.map(cost)
        var maskSamples: [CarrierSample] = []
        var wanted = enciphered.count * 8 * Self.drySamplesPerBit
        while wanted > 0, maskSamples.count < min(carrier.sampleCount / 4, MaskPlacement.largestSampleCount),
            let sample = walk.next(in: planes)
        {
            maskSamples.append(sample)
            costs.append(cost(sample))
            if costs[costs.count - 1] < .infinity { wanted -= 1 }
        }
        self.mask = mask
        maskBytes = enciphered
        self.maskSamples = WetPaperSamples(samples: maskSamples)
        self.costs = costs
        nextStep = walk.step
    }

    /// With the mask of a region of interest; every other sample costs the same.
    init?(
        planes: SamplePlanes, carrier: CarrierPlanes, path: KeyedPermutation, key: InstanceKey, leavingAlone region: RegionOfInterest
    ) {
        self.init(planes: planes, carrier: carrier, path: path, key: key, mask: RegionMask(covering: region)) {
            region.isInside[$0.index] ? .infinity : 1
        }
    }

    var samples: [CarrierSample] { block.samples + maskSamples.samples }

    /// Whether the samples surely can hold the parameters. A bit needs a sample that may change, and a code some choice.
    var hasRoom: Bool {
        let dryForBlock = costs.prefix(block.samples.count).count { $0 < .infinity }
        let dryForMask = costs.dropFirst(block.samples.count).count { $0 < .infinity }
        return dryForBlock >= ParameterBlock.byteCount * 8 * 2 && dryForMask >= maskBytes.count * 8 * 2
    }

    /// The samples whose last bits must flip to hold a block and the mask: ordinals in ``samples``, ascending.
    ///
    /// - Parameter block: its version and what it says of the mask are filled in.
    /// - Returns: nil if too many samples must stay.
    func flips(toHold block: ParameterBlock, in planes: SamplePlanes, key: InstanceKey) -> [Int]? {
        var block = block
        block.version = .wetPaper
        let placement = MaskPlacement(byteCount: maskBytes.count, sampleCount: maskSamples.samples.count)
        block.detail.replaceSubrange(..<MaskPlacement.byteCount, with: placement.encoded)
        let blockCount = self.block.samples.count
        guard let blockFlips = flipsOfBlock(block.sealed(key: key, geometry: planes), in: planes) else { return nil }
        guard !maskBytes.isEmpty else { return blockFlips }
        guard let maskFlips = maskSamples.flips(toHold: maskBytes, in: planes, costs: Array(costs.dropFirst(blockCount)))
        else { return nil }
        return blockFlips + maskFlips.map { $0 + blockCount }
    }

    private func flipsOfBlock(_ sealed: [UInt8], in planes: SamplePlanes) -> [Int]? {
        let count = block.samples.count
        for rotation in 0..<WetPaperSamples.rotationCount {
            let start = count * rotation / WetPaperSamples.rotationCount
            let rotatedCosts = Array(costs[start..<count] + costs[..<start])
            guard let flips = block.rotated(rotation).flips(toHold: sealed, in: planes, costs: rotatedCosts) else { continue }
            return flips.map { ($0 + start) % count }.sorted()
        }
        return nil
    }

    /// Writes a block and the mask by steps of one in random directions.
    ///
    /// - Returns: false, and the planes unchanged, if too many samples must stay.
    func write(_ block: ParameterBlock, to stego: inout SamplePlanes, key: InstanceKey, _ directions: inout StepDirections) -> Bool {
        guard let flips = flips(toHold: block, in: stego, key: key) else { return false }
        let runs = LevelRuns(bitsStored: stego.bitsStored, forbiddenLevels: stego.forbiddenLevels)
        let samples = samples
        for flip in flips {
            let sample = samples[flip]
            stego.planes[sample.plane][sample.index] = directions.step(from: stego.planes[sample.plane][sample.index], runs: runs)
        }
        return true
    }
}
