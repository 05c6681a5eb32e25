/// Reversible embedding by prediction-error expansion: sorted by local complexity, one pair of bins a complexity class, two colours of a
/// chessboard in turn. No sample moves by more than one level in a pass unless the payload demands it.
///
/// [Thodi & Rodríguez 2007; Sachnev et al. 2009 (rhombus prediction, sorting); Li et al. 2015 (multiple histograms)]
///
/// The payload is cut into up to eight passes, even ones on colour 0, odd ones on colour 1. Each pass embeds, in front of its share, what
/// undoing needs and its predecessor cannot keep: the first pass the reserved samples' own bits, every other the parameters of the pass
/// before. The last pass's parameters are in the ``ParameterBlock``. With a region of interest, its mask is on wet paper, and what that
/// changed is in front of the payload. See docs/formats/embedding/reversible.md.
struct ReversibleEmbedding: EmbeddingAlgorithm {
    static let number: UInt8 = 1
    static let name = "reversible"
    static let summary = "undoes itself exactly"
    static let explanation = """
        Expands the errors of predicting each sample from its four neighbours, smooth places first, in two passes over a chessboard. It \
        undoes itself without any help. The price is that samples which carry nothing are moved as well, most of all in smooth \
        places: of all methods here it is made for exactness, not for secrecy.
        """
    static let defaultScope = RegionPolicy.Scope.everywhere
    static let isReversible = true

    static let maximumPassCount = 8

    init(_ parameters: EmbeddingParameters) {}

    func capacity(of planes: SamplePlanes) -> Int {
        (try? EmbeddingPlanner(planes, key: .forTrials)?.capacity()) ?? 0
    }

    func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding {
        guard let planner = try EmbeddingPlanner(planes, key: key) else { throw .payloadTooLarge(byteCount: payload.count, capacity: 0) }
        let attempt = try planner.embed(payload)
        let stego = planner.finish(attempt)
        planes.planes = stego.planes.planes
        return Embedding(
            payloadBits: payload.count * 8, changedSamples: stego.changedSamples, restoration: nil)
    }

    /// There is nothing to restore: extraction has done it.
    func restore(_ found: ParameterBlock.Found, in planes: inout SamplePlanes, restoration: [UInt8]) throws(EmbeddingError) {}

    func extract(_ found: ParameterBlock.Found, from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8] {
        let found = found.block.version == .wetPaper ? try ParameterBlock.read(behind: found, from: planes, key: key) : found
        let block = found.block
        guard block.method == Self.number else { throw .nothingFound }
        guard (1...Self.maximumPassCount).contains(block.passCount), let last = PassParameters(bytes: block.detail) else {
            throw .unsupported("unknown parameters of the reversible method")
        }
        let excluded = ExcludedSamples(found)
        let chain = PassChain(excluded: excluded, key: key, salt: block.salt, shift: block.coarseShift, geometry: planes)
        var cover = planes
        for sample in found.wetPaper { cover.planes[sample.plane][sample.index] &= ~1 }
        found.reserved.write([UInt8](repeating: 0, count: ParameterBlock.byteCount), to: &cover, carrier: found.carrier)
        var board = try Checkerboard(cover, carrier: found.carrier, shift: block.coarseShift)
        var undone = try chain.undo(passCount: block.passCount, last: last, board: &board)
        guard undone.payload.count == block.payloadByteCount else { throw .damaged("the payload's length differs from the announced one") }
        _ = board.merge(into: &cover, carrier: found.carrier)
        try ReversibleCover.restore(
            &cover, reservedBits: undone.reservedBits, stego: planes, found: found, payload: &undone.payload)
        planes = cover
        return undone.payload
    }
}

/// A cover prepared for the reversible method: which samples hold the parameters, and what is under them.
struct ReversibleCover {
    let carrier: CarrierPlanes
    let reserved: ReservedSamples
    let excluded: ExcludedSamples
    /// The bytes in front of the payload: none, or which samples on wet paper were flipped, counted.
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

    /// The bits that the first pass embeds first.
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
