/// Replacement of least significant bits along a keyed path: the classic baseline. Exact only with the restoration data.
///
/// The path goes on where the parameters ended. A sample carries unless it is frozen (``LevelRuns``) or under the mask of a region of
/// interest, which then travels on wet paper in front of the payload.
struct LeastSignificantBitEmbedding: EmbeddingAlgorithm {
    static let number: UInt8 = 2
    static let name = "lsb"
    static let summary = "is the classic baseline"
    static let explanation = """
        Replaces the least significant bits of samples along a keyed path: the classic baseline. Half of the visited samples change, and \
        always within the pairs 0–1, 2–3, 4–5 …, which evens out the histogram and which detectors know well.
        """
    static let defaultScope = RegionPolicy.Scope.everywhere
    static let isReversible = false

    init(_ parameters: EmbeddingParameters) {}

    func capacity(of planes: SamplePlanes) -> Int {
        let carrier = CarrierPlanes(of: planes)
        let region: RegionOfInterest?
        do { region = try planes.checkedRegion() } catch { return 0 }
        guard let region else { return capacity(of: carrierCount(planes, carrier) - ReservedSamples.count) }
        // A key decides which samples the parameters take; how many they are does not depend on it much.
        let path = KeyedPermutation(count: carrier.sampleCount, key: .forTrials)
        guard let layout = WetPreambleLayout(planes: planes, carrier: carrier, path: path, key: .forTrials, leavingAlone: region),
            layout.hasRoom
        else { return 0 }
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: layout.nextStep, mask: layout.mask)
        let carriers = walk.next(.max, in: planes).count
        return max(0, capacity(of: carriers - carriers / 16) - 64)
    }

    private func capacity(of sampleCount: Int) -> Int { min(max(0, sampleCount / 8), ParameterBlock.maximumPayloadByteCount) }

    private func carrierCount(_ planes: SamplePlanes, _ carrier: CarrierPlanes) -> Int {
        guard planes.forbiddenLevels != nil else { return carrier.sampleCount }
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        return carrier.indices.reduce(0) { sum, index in
            sum + planes.planes[index].count { !runs.isForbidden(Int($0)) }
        }
    }

    func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding {
        try planes.checkLevels()
        if let region = try planes.checkedRegion() { return try embed(payload, into: &planes, outside: region, key: key) }
        let capacity = capacity(of: planes)
        let carrier = CarrierPlanes(of: planes)
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        guard payload.count <= capacity, let reserved = try? ReservedSamples(of: planes, carrier: carrier, path: path) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: capacity)
        }
        var stego = planes
        let block = ParameterBlock(method: Self.number, payloadByteCount: payload.count).sealed(key: key, geometry: planes)
        var changes = ChangedPositions.Collector()
        for (before, after) in zip(reserved.read(from: planes, carrier: carrier), block) {
            for bit in 0..<8 { changes.visit(changed: (before ^ after) >> UInt8(bit) & 1 == 1) }
        }
        reserved.write(block, to: &stego, carrier: carrier)
        var carriers = CarrierWalk(planes: planes, carrier: carrier, path: path, start: reserved.pathLength)
        guard write(payload, along: &carriers, to: &stego, key: key, visit: { changes.visit(changed: $0) }) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: 0)
        }
        planes = stego
        return Embedding(
            payloadBits: payload.count * 8, changedSamples: changes.count, restoration: changes.encoded())
    }

    private func embed(
        _ payload: [UInt8], into planes: inout SamplePlanes, outside region: RegionOfInterest, key: InstanceKey
    ) throws(EmbeddingError) -> Embedding {
        let carrier = CarrierPlanes(of: planes)
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        let block = ParameterBlock(method: Self.number, payloadByteCount: payload.count)
        guard payload.count <= carrier.sampleCount / 8,
            let layout = WetPreambleLayout(planes: planes, carrier: carrier, path: path, key: key, leavingAlone: region),
            let flips = layout.flips(toHold: block, in: planes, key: key)
        else { throw .payloadTooLarge(byteCount: payload.count, capacity: capacity(of: planes)) }
        var stego = planes
        let samples = layout.samples
        for flip in flips { stego.planes[samples[flip].plane][samples[flip].index] ^= 1 }
        var carriers = CarrierWalk(planes: planes, carrier: carrier, path: path, start: layout.nextStep, mask: layout.mask)
        guard write(payload, along: &carriers, to: &stego, key: key) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: capacity(of: planes))
        }
        let changes = SampleChanges(cover: planes, stego: stego, carrier: carrier)
        planes = stego
        return Embedding(
            payloadBits: payload.count * 8, changedSamples: changes.changes.count, restoration: changes.encoded)
    }

    /// - Parameter visit: told of each sample whether its bit changed.
    /// - Returns: false if the path ends too early.
    private func write(
        _ payload: [UInt8], along carriers: inout CarrierWalk, to stego: inout SamplePlanes, key: InstanceKey,
        visit: (Bool) -> Void = { _ in }
    ) -> Bool {
        let bits = EmbeddingKeyStream.leastSignificantBits.combined(payload, key: key)
        for bit in 0..<bits.count * 8 {
            guard let sample = carriers.next(in: stego) else { return false }
            let flip = (stego.planes[sample.plane][sample.index] ^ UInt16(bits[bit / 8] >> UInt8(bit % 8))) & 1
            stego.planes[sample.plane][sample.index] ^= flip
            visit(flip == 1)
        }
        return true
    }

    func extract(_ found: ParameterBlock.Found, from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8] {
        let byteCount = found.block.payloadByteCount
        guard byteCount <= found.carrier.sampleCount / 8 else { throw .damaged("more bits announced than samples") }
        var bits = [UInt8](repeating: 0, count: byteCount)
        var carriers = found.walk(in: planes)
        for bit in 0..<byteCount * 8 {
            guard let sample = carriers.next(in: planes) else { throw .damaged("too few samples") }
            bits[bit / 8] |= UInt8(planes.planes[sample.plane][sample.index] & 1) << UInt8(bit % 8)
        }
        return EmbeddingKeyStream.leastSignificantBits.combined(bits, key: key)
    }

    func restore(_ found: ParameterBlock.Found, in planes: inout SamplePlanes, restoration: [UInt8]) throws(EmbeddingError) {
        switch found.block.version {
        case .reserved: try restoreAlongPath(&planes, restoration, found)
        case .wetPaper: try SampleChanges.restore(&planes, restoration, carrier: found.carrier)
        }
    }

    private func restoreAlongPath(
        _ planes: inout SamplePlanes, _ restoration: [UInt8], _ found: ParameterBlock.Found
    ) throws(EmbeddingError) {
        let visited = ReservedSamples.count + min(found.block.payloadByteCount, found.carrier.sampleCount / 8) * 8
        guard let ordinals = ChangedPositions.decode(restoration, visited: visited) else {
            throw .invalidRestoration("it cannot be decoded")
        }
        var cover = planes
        var carriers = found.walk(in: planes)
        var reached = ReservedSamples.count - 1
        var place: (plane: Int, index: Int)?
        for ordinal in ordinals {
            if ordinal < ReservedSamples.count {
                place = found.carrier.locate(found.reserved.positions[ordinal])
            } else {
                while reached < ordinal {
                    place = carriers.next(in: planes).map { ($0.plane, $0.index) }
                    reached += 1
                }
            }
            guard let place else { throw .invalidRestoration("it names more samples than there are") }
            cover.planes[place.plane][place.index] ^= 1
        }
        planes = cover
    }
}
