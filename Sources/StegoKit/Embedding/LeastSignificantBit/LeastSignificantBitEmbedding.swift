/// Replacement of least significant bits along a keyed path: the classic baseline. Exact only with the restoration data.
///
/// The path goes on where the reserved samples ended. A sample carries unless it is frozen (``LevelRuns``).
public struct LeastSignificantBitEmbedding: EmbeddingMethod {
    public static let identifier = EmbeddingMethodIdentifier.leastSignificantBit

    public init() {}

    public func capacity(of planes: SamplePlanes) -> Int {
        let carrier = CarrierPlanes(of: planes)
        let runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        var carriers = carrier.sampleCount
        if planes.forbiddenLevels != nil {
            carriers = carrier.indices.reduce(0) { sum, index in
                sum + planes.planes[index].count { !runs.isForbidden(Int($0)) }
            }
        }
        return min(max(0, (carriers - ReservedSamples.count) / 8), ParameterBlock.maximumPayloadByteCount)
    }

    public func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding {
        try planes.checkLevels()
        let capacity = capacity(of: planes)
        let carrier = CarrierPlanes(of: planes)
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        guard payload.count <= capacity, let reserved = try? ReservedSamples(of: planes, carrier: carrier, path: path) else {
            throw .payloadTooLarge(byteCount: payload.count, capacity: capacity)
        }
        var stego = planes
        let block = ParameterBlock(method: Self.identifier, payloadByteCount: payload.count).sealed(key: key, geometry: planes)
        var changes = ChangedPositions.Collector()
        for (before, after) in zip(reserved.read(from: planes, carrier: carrier), block) {
            for bit in 0..<8 { changes.visit(changed: (before ^ after) >> UInt8(bit) & 1 == 1) }
        }
        reserved.write(block, to: &stego, carrier: carrier)
        let bits = EmbeddingKeyStream.leastSignificantBits.combined(payload, key: key)
        var carriers = PathCarriers(planes: planes, carrier: carrier, path: path, start: reserved.pathLength)
        for bit in 0..<bits.count * 8 {
            guard let (plane, index) = carriers.next(in: planes) else { throw .payloadTooLarge(byteCount: payload.count, capacity: 0) }
            let flip = (planes.planes[plane][index] ^ UInt16(bits[bit / 8] >> UInt8(bit % 8))) & 1
            stego.planes[plane][index] ^= flip
            changes.visit(changed: flip == 1)
        }
        planes = stego
        return Embedding(
            method: Self.identifier, payloadBits: bits.count * 8, changedSamples: changes.count, restoration: changes.encoded())
    }

    public func extract(from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8] {
        try extract(ParameterBlock.read(from: planes, key: key), from: planes, key: key)
    }

    func extract(_ found: ParameterBlock.Found, from planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8] {
        guard found.block.method == Self.identifier else { throw .nothingFound }
        let byteCount = found.block.payloadByteCount
        guard byteCount <= found.carrier.sampleCount / 8 else { throw .damaged("more bits announced than samples") }
        var bits = [UInt8](repeating: 0, count: byteCount)
        var carriers = PathCarriers(planes: planes, carrier: found.carrier, path: found.path, start: found.reserved.pathLength)
        for bit in 0..<byteCount * 8 {
            guard let (plane, index) = carriers.next(in: planes) else { throw .damaged("too few samples") }
            bits[bit / 8] |= UInt8(planes.planes[plane][index] & 1) << UInt8(bit % 8)
        }
        return EmbeddingKeyStream.leastSignificantBits.combined(bits, key: key)
    }

    public func restore(_ planes: inout SamplePlanes, restoration: [UInt8], key: InstanceKey) throws(EmbeddingError) {
        let found = try ParameterBlock.read(from: planes, key: key)
        guard found.block.method == Self.identifier else { throw .nothingFound }
        let visited = ReservedSamples.count + min(found.block.payloadByteCount, found.carrier.sampleCount / 8) * 8
        guard let ordinals = ChangedPositions.decode(restoration, visited: visited) else {
            throw .invalidRestoration("it cannot be decoded")
        }
        var cover = planes
        var carriers = PathCarriers(planes: planes, carrier: found.carrier, path: found.path, start: found.reserved.pathLength)
        var reached = ReservedSamples.count - 1
        var place: (plane: Int, index: Int)?
        for ordinal in ordinals {
            if ordinal < ReservedSamples.count {
                place = found.carrier.locate(found.reserved.positions[ordinal])
            } else {
                while reached < ordinal {
                    place = carriers.next(in: planes)
                    reached += 1
                }
            }
            guard let place else { throw .invalidRestoration("it names more samples than there are") }
            cover.planes[place.plane][place.index] ^= 1
        }
        planes = cover
    }
}

/// The carrying samples along the path.
private struct PathCarriers {
    private let runs: LevelRuns
    private let carrier: CarrierPlanes
    private let path: KeyedPermutation
    private var step: Int

    init(planes: SamplePlanes, carrier: CarrierPlanes, path: KeyedPermutation, start: Int) {
        runs = LevelRuns(bitsStored: planes.bitsStored, forbiddenLevels: planes.forbiddenLevels)
        self.carrier = carrier
        self.path = path
        step = start
    }

    /// The next one; flipping last bits does not change which they are.
    mutating func next(in planes: SamplePlanes) -> (plane: Int, index: Int)? {
        while step < path.count {
            let (plane, index) = carrier.locate(path(step))
            step += 1
            if !runs.isForbidden(Int(planes.planes[plane][index])) { return (plane, index) }
        }
        return nil
    }
}
