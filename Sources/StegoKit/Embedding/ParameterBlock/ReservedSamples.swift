/// The keyed samples whose least significant bits hold the parameter block.
///
/// They are the first ``count`` samples on the keyed path, or behind a ``WetPreamble``, that are not frozen (``LevelRuns``); so writing a bit never makes or unmakes
/// padding, and as frozen samples stay so and no other ones become so, both sides choose the same samples.
struct ReservedSamples {
    static let count = ParameterBlock.byteCount * 8

    /// Carrier positions in path order; bit `i % 8` of byte `i / 8` belongs to the i-th.
    let positions: [Int]
    /// How many steps of the path were walked; methods that follow the path go on from here.
    let pathLength: Int

    /// - Throws: ``EmbeddingError`` `nothingFound` if too few samples qualify.
    init(of planes: SamplePlanes, _ walk: inout CarrierWalk) throws(EmbeddingError) {
        positions = walk.next(Self.count, in: planes).map(\.position)
        pathLength = walk.step
        guard positions.count == Self.count else { throw .nothingFound }
    }

    /// The first ones on the path.
    init(of planes: SamplePlanes, carrier: CarrierPlanes, path: KeyedPermutation) throws(EmbeddingError) {
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: 0)
        try self.init(of: planes, &walk)
    }

    /// None at all, where the parameters are elsewhere.
    init(endingAt step: Int) {
        positions = []
        pathLength = step
    }

    /// The least significant bits as bytes.
    func read(from planes: SamplePlanes, carrier: CarrierPlanes) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ParameterBlock.byteCount)
        for (bit, position) in positions.enumerated() {
            let (plane, index) = carrier.locate(position)
            bytes[bit / 8] |= UInt8(planes.planes[plane][index] & 1) << UInt8(bit % 8)
        }
        return bytes
    }

    /// Replaces the least significant bits.
    func write(_ bytes: [UInt8], to planes: inout SamplePlanes, carrier: CarrierPlanes) {
        for (bit, position) in positions.enumerated() {
            let (plane, index) = carrier.locate(position)
            planes.planes[plane][index] = planes.planes[plane][index] & ~1 | UInt16(bytes[bit / 8] >> UInt8(bit % 8) & 1)
        }
    }
}
