/// A cover prepared for the reversible method: which samples hold the parameters, and what is under them.
struct ReversibleCover {
    let carrier: CarrierPlanes
    let reserved: ReservedSamples
    let excluded: ExcludedSamples
    /// What travels in front of the payload: nothing, or which samples on wet paper were flipped, counted.
    let front: [UInt8]
    /// The cover with the last bits of reserved samples and of those on wet paper cleared: what predictions are made from.
    let cleared: SamplePlanes
    private let reservedBits: [UInt8]
    /// With a region of interest: samples whose last bits hold its mask, and those bits as the stego image has them.
    private let wetPaper: [(sample: CarrierSample, bit: UInt16)]
    private let flipCount: Int

    /// - Returns: nil if the image cannot even hold the parameters.
    init?(_ planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) {
        let carrier = CarrierPlanes(of: planes)
        guard carrier.sampleCount >= ReservedSamples.count else { return nil }
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: 0)
        var cleared = planes
        cleared.regionOfInterest = nil
        var mask: RegionMask?
        var wetPaper: [(sample: CarrierSample, bit: UInt16)] = []
        var flipCount = 0
        var front: [UInt8] = []
        if let region = try planes.checkedRegion() {
            let block = ParameterBlock(method: ReversibleEmbedding.number, payloadByteCount: 0)
            guard
                let layout = WetPreambleLayout(planes: planes, carrier: carrier, path: path, key: key, leavingAlone: region),
                let flips = layout.flips(toHold: block, in: planes, key: key)
            else { return nil }
            mask = layout.mask
            let samples = layout.samples
            wetPaper = samples.map { ($0, planes.planes[$0.plane][$0.index] & 1) }
            var changes = ChangedPositions.Collector()
            var isFlipped = [Bool](repeating: false, count: samples.count)
            for flip in flips { isFlipped[flip] = true }
            for (ordinal, flipped) in isFlipped.enumerated() {
                changes.visit(changed: flipped)
                if flipped { wetPaper[ordinal].bit ^= 1 }
                cleared.planes[samples[ordinal].plane][samples[ordinal].index] &= ~1
            }
            (flipCount, front) = (flips.count, ByteWriter.counted(changes.encoded()))
            walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: layout.nextStep, mask: mask)
        }
        guard let reserved = try? ReservedSamples(of: planes, &walk) else { return nil }
        self.carrier = carrier
        self.reserved = reserved
        self.front = front
        self.wetPaper = wetPaper
        self.flipCount = flipCount
        excluded = ExcludedSamples(positions: reserved.positions + wetPaper.map(\.sample.position), mask: mask)
        reservedBits = reserved.read(from: planes, carrier: carrier)
        reserved.write([UInt8](repeating: 0, count: ParameterBlock.byteCount), to: &cleared, carrier: carrier)
        self.cleared = cleared
    }

    /// What the first pass embeds first.
    var firstPrefix: [UInt8] { reservedBits }

    /// Puts the parameters over the cleared bits.
    ///
    /// - Returns: how many samples they changed.
    func write(_ sealedBlock: [UInt8], to stego: inout SamplePlanes) -> Int {
        reserved.write(sealedBlock, to: &stego, carrier: carrier)
        for (sample, bit) in wetPaper { stego.planes[sample.plane][sample.index] |= bit }
        return flipCount + zip(sealedBlock, reservedBits).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }

    /// Puts back the last bits that a cover had where the parameters stood.
    ///
    /// - Parameters:
    ///   - cover: with those bits cleared.
    ///   - stego: as it was found.
    ///   - payload: what the passes carried; without the front afterwards.
    /// - Throws: ``EmbeddingError`` `damaged`.
    static func restore(
        _ cover: inout SamplePlanes, reservedBits: [UInt8], stego: SamplePlanes, found: ParameterBlock.Found, payload: inout [UInt8]
    ) throws(EmbeddingError) {
        found.reserved.write(reservedBits, to: &cover, carrier: found.carrier)
        guard !found.wetPaper.isEmpty else { return }
        guard let (front, rest) = RecordReader.splitCounted(payload[...]),
            let flips = ChangedPositions.decode(front, visited: found.wetPaper.count)
        else { throw .damaged("the list of changes that the region's description made") }
        for sample in found.wetPaper { cover.planes[sample.plane][sample.index] |= stego.planes[sample.plane][sample.index] & 1 }
        for flip in flips { cover.planes[found.wetPaper[flip].plane][found.wetPaper[flip].index] ^= 1 }
        payload = Array(rest)
    }
}
