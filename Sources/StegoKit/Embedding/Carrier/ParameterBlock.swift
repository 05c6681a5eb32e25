import Crypto

/// What the extractor needs to know, in the least significant bits of ``ReservedSamples``.
///
/// | bytes | what |
/// | ----- | ---- |
/// | 0–3   | check: the first bytes of HMAC-SHA-256 over the geometry and bytes 4–31 |
/// | 4     | method (high half), version (low half) |
/// | 5     | passes (high half), salt (low half) |
/// | 6–9   | payload length in bytes (low 28 bits), coarse shift (high 4 bits); little endian |
/// | 10–31 | the method's own |
///
/// The whole block is XORed with a key stream. A wrong key passes the check with probability 2^−32, and is found out when the payload
/// is opened.
struct ParameterBlock: Equatable {
    static let byteCount = 32
    static let detailByteCount = 22
    static let maximumPayloadByteCount = (1 << 28) - 1
    static let version: UInt8 = 1
    private static let checkByteCount = 4

    var method: EmbeddingMethodIdentifier
    var passCount = 0
    var salt: UInt8 = 0
    var coarseShift = 0
    var payloadByteCount: Int
    var detail = [UInt8](repeating: 0, count: Self.detailByteCount)

    /// The block enciphered, as it is written to the samples.
    func sealed(key: InstanceKey, geometry: SamplePlanes) -> [UInt8] {
        let lengthAndShift = UInt32(payloadByteCount) | UInt32(coarseShift) << 28
        var body = [method.rawValue << 4 | Self.version, UInt8(passCount) << 4 | salt]
        body += (0..<4).map { UInt8(truncatingIfNeeded: lengthAndShift >> UInt32($0 * 8)) }
        body += detail
        let check = Self.check(body, key: key, geometry: geometry)
        return EmbeddingKeyStream.parameters.combined(check + body, key: key)
    }

    /// - Throws: ``EmbeddingError``: `nothingFound` if the check fails, `unsupported` if the block is authentic but unknown.
    init(sealed: [UInt8], key: InstanceKey, geometry: SamplePlanes) throws(EmbeddingError) {
        let bytes = EmbeddingKeyStream.parameters.combined(sealed, key: key)
        guard bytes.count == Self.byteCount else { throw .nothingFound }
        let body = Array(bytes[Self.checkByteCount...])
        guard constantTimeEqual(bytes[..<Self.checkByteCount], Self.check(body, key: key, geometry: geometry)[...]) else {
            throw .nothingFound
        }
        guard body[0] & 0x0F == Self.version else { throw .unsupported("embedded in format version \(body[0] & 0x0F)") }
        guard let method = EmbeddingMethodIdentifier(rawValue: body[0] >> 4) else {
            throw .unsupported("embedding method number \(body[0] >> 4)")
        }
        let lengthAndShift = body[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        self.method = method
        passCount = Int(body[1] >> 4)
        salt = body[1] & 0x0F
        coarseShift = Int(lengthAndShift >> 28)
        payloadByteCount = Int(lengthAndShift & 0x0FFF_FFFF)
        detail = Array(body[6...])
    }

    init(method: EmbeddingMethodIdentifier, payloadByteCount: Int) {
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
        let reserved: ReservedSamples
    }

    static func read(from planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Found {
        let carrier = CarrierPlanes(of: planes)
        guard carrier.sampleCount >= ReservedSamples.count else { throw .nothingFound }
        let path = KeyedPermutation(count: carrier.sampleCount, key: key)
        let reserved = try ReservedSamples(of: planes, carrier: carrier, path: path)
        let block = try ParameterBlock(sealed: reserved.read(from: planes, carrier: carrier), key: key, geometry: planes)
        return Found(block: block, carrier: carrier, path: path, reserved: reserved)
    }
}
