import Basics
import Crypto

/// The parameters that the extractor needs: in the least significant bits of ``ReservedSamples``, or on wet paper (``WetPreamble``).
///
/// | bytes | what |
/// | ----- | ---- |
/// | 0–3   | check: the first bytes of HMAC-SHA-256 over the geometry and bytes 4–31 |
/// | 4     | method (high half), version (low half) |
/// | 5     | passes (high half), salt (low half) |
/// | 6–9   | payload length in bytes (low 28 bits), coarse shift (high 4 bits); little endian |
/// | 10–31 | the method's own; on wet paper, ``MaskPlacement`` first |
///
/// The whole block is XORed with a key stream. A wrong key passes the check with probability 2^−32, and is found out when the payload
/// is opened.
struct ParameterBlock: Equatable {
    static let byteCount = 32
    static let detailByteCount = 22
    static let maximumPayloadByteCount = (1 << 28) - 1
    private static let checkByteCount = 4

    /// How a block is put into the samples.
    enum Version: UInt8 {
        /// One bit a sample, in ``ReservedSamples``.
        case reserved = 1
        /// By a code that lets samples be left alone.
        case wetPaper = 2

        /// The key stream with which the block is enciphered; one of each kind can be in an image.
        var keyStream: EmbeddingKeyStream {
            switch self {
            case .reserved: .parameters
            case .wetPaper: .wetParameters
            }
        }
    }

    var version = Version.reserved
    /// 1 … 15; which method it is, ``EmbeddingMethod`` knows.
    var method: UInt8
    var passCount = 0
    var salt: UInt8 = 0
    var coarseShift = 0
    var payloadByteCount: Int
    var detail = [UInt8](repeating: 0, count: Self.detailByteCount)

    /// The block enciphered, as it is written to the samples.
    func sealed(key: InstanceKey, geometry: SamplePlanes) -> [UInt8] {
        let lengthAndShift = UInt32(payloadByteCount) | UInt32(coarseShift) << 28
        var body = [method << 4 | version.rawValue, UInt8(passCount) << 4 | salt]
        body += (0..<4).map { UInt8(truncatingIfNeeded: lengthAndShift >> UInt32($0 * 8)) }
        body += detail
        let check = Self.check(body, key: key, geometry: geometry)
        return version.keyStream.combined(check + body, key: key)
    }

    /// - Throws: ``EmbeddingError``: `nothingFound` if the check fails, `unsupported` if the block is authentic but unknown.
    init(sealed: [UInt8], version: Version = .reserved, key: InstanceKey, geometry: SamplePlanes) throws(EmbeddingError) {
        let bytes = version.keyStream.combined(sealed, key: key)
        guard bytes.count == Self.byteCount else { throw .nothingFound }
        let body = Array(bytes[Self.checkByteCount...])
        guard equalInConstantTime(bytes[..<Self.checkByteCount], Self.check(body, key: key, geometry: geometry)[...]) else {
            throw .nothingFound
        }
        guard body[0] & 0x0F == version.rawValue else { throw .unsupported("embedded in format version \(body[0] & 0x0F)") }
        let lengthAndShift = body[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        method = body[0] >> 4
        self.version = version
        passCount = Int(body[1] >> 4)
        salt = body[1] & 0x0F
        coarseShift = Int(lengthAndShift >> 28)
        payloadByteCount = Int(lengthAndShift & 0x0FFF_FFFF)
        detail = Array(body[6...])
    }

    init(method: UInt8, payloadByteCount: Int) {
        self.method = method
        self.payloadByteCount = payloadByteCount
    }

    private static func check(_ body: [UInt8], key: InstanceKey, geometry: SamplePlanes) -> [UInt8] {
        let forbidden = geometry.forbiddenLevels
        let numbers = [
            geometry.rows, geometry.columns, geometry.bitsStored, geometry.planes.count,
            forbidden == nil ? 0 : 1, Int(forbidden?.lowerBound ?? 0), Int(forbidden?.upperBound ?? 0),
        ]
        var message = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
        message += body
        let secret = SymmetricKey(data: EmbeddingKeyStream.check.bytes(32, key: key))
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: secret).prefix(checkByteCount))
    }
}

extension ParameterBlock {
    /// The block in some planes together with where it was found.
    struct Found {
        let block: ParameterBlock
        let carrier: CarrierPlanes
        let path: KeyedPermutation
        /// None where the block is on wet paper alone.
        let reserved: ReservedSamples
        /// The samples on the path that were written on as wet paper, those that stayed among them.
        var wetPaper: [CarrierSample] = []
        /// The samples to pass over.
        var mask: RegionMask?

        /// The carrying samples, from where the parameters end.
        func walk(in planes: SamplePlanes) -> CarrierWalk {
            CarrierWalk(planes: planes, carrier: carrier, path: path, start: reserved.pathLength, mask: mask)
        }
    }

    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `damaged`.
    static func read(from planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Found {
        let carrier = CarrierPlanes(of: planes)
        guard carrier.sampleCount >= ReservedSamples.count else { throw .nothingFound }
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        do {
            return try readReserved(from: planes, carrier, path, key: key, start: 0)
        } catch {
            guard error.code == .nothingFound else { throw error }
        }
        let preamble = try WetPreamble.read(from: planes, carrier: carrier, path: path, key: key)
        return Found(
            block: preamble.block, carrier: carrier, path: path, reserved: ReservedSamples(endingAt: preamble.nextStep),
            wetPaper: preamble.samples, mask: preamble.mask)
    }

    private static func readReserved(
        from planes: SamplePlanes, _ carrier: CarrierPlanes, _ path: KeyedPermutation, key: InstanceKey, start: Int,
        behind preamble: Found? = nil
    ) throws(EmbeddingError) -> Found {
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: start, mask: preamble?.mask)
        let reserved = try ReservedSamples(of: planes, &walk)
        let block = try ParameterBlock(sealed: reserved.read(from: planes, carrier: carrier), key: key, geometry: planes)
        return Found(
            block: block, carrier: carrier, path: path, reserved: reserved, wetPaper: preamble?.wetPaper ?? [], mask: preamble?.mask)
    }

    /// The block of a method whose parameters are known only when everything else has been embedded: it follows on wet paper, in reserved
    /// samples of its own.
    ///
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`.
    static func read(behind preamble: Found, from planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Found {
        try readReserved(
            from: planes, preamble.carrier, preamble.path, key: key, start: preamble.reserved.pathLength, behind: preamble)
    }
}

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
