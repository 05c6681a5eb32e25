/// The signed statements of a mark about an image: its digest, the binding, the newest entries of its custody chain, and a record of each
/// block.
public struct MarkBody: Equatable, Sendable {
    /// Bytes of an Ed25519 signature.
    static let signatureByteCount = 64

    /// The beginning of every signed text.
    static let domain = Array("veilray.mark.1".utf8)

    public let signature: [UInt8]
    /// SHA-256 over the identifier and all planes as they are without the mark.
    public let imageDigest: [UInt8]
    public let binding: MarkBinding
    /// The newest entries of the chain, the oldest of them first.
    public let entries: [CustodyEntry]
    /// One for each block of the grid, in its order.
    let records: [BlockRecord]

    /// The body as it travels.
    public var bytes: [UInt8] { signature + signedBytes }

    private var signedBytes: [UInt8] { Self.signed(imageDigest, binding, entries, records) }

    private static func signed(_ digest: [UInt8], _ binding: MarkBinding, _ entries: [CustodyEntry], _ records: [BlockRecord]) -> [UInt8] {
        var bytes = digest + binding.bytes
        for entry in entries { bytes += entry.bytes }
        for record in records { bytes += record.bytes }
        return bytes
    }

    /// Signs.
    init(
        signedBy issuer: MarkIssuer, identifier: ImageIdentifier, imageDigest: [UInt8], binding: MarkBinding, entries: [CustodyEntry],
        records: [BlockRecord]
    ) throws {
        let message = Self.domain + identifier.bytes + Self.signed(imageDigest, binding, entries, records)
        signature = try issuer.sign(message)
        guard signature.count == Self.signatureByteCount else { throw MarksError(.key, "a signature does not have 64 bytes") }
        (self.imageDigest, self.binding, self.entries, self.records) = (imageDigest, binding, entries, records)
    }

    /// Bytes of a body.
    static func byteCount(_ grid: MarkGrid?, _ layout: MarkLayout, entries: Int) -> Int {
        let records = grid.map { $0.areas.reduce(0) { $0 + BlockRecord.byteCount($1, layout) } } ?? 0
        return signatureByteCount + 32 + MarkBinding.byteCount + entries * CustodyEntry.byteCount + records
    }

    /// Reads a body; what is behind its end is not looked at.
    ///
    /// - Parameter grid: of the image; `nil` for bytes that are no samples.
    /// - Throws: `MarksError` of code `format`.
    init(_ bytes: [UInt8], grid: MarkGrid?) throws {
        var fields = FieldReader(bytes[...])
        signature = try fields.take(Self.signatureByteCount)
        imageDigest = try fields.take(32)
        let binding = try MarkBinding(try fields.take(MarkBinding.byteCount)[...])
        guard binding.layout.hasBlocks == (grid != nil) else { throw MarksError(.format, "the mark is of another kind of image") }
        entries = try (0..<binding.entryCount).map { _ in try CustodyEntry(fields.take(CustodyEntry.byteCount)) }
        records = try (grid?.areas ?? []).map { area in
            let (mode, leaf) = (try fields.take(1), try fields.take(binding.layout.leafByteCount))
            guard mode[0] == ExpansionMode.carriesNothing || ExpansionMode(byte: mode[0]) != nil else {
                throw MarksError(.format, "a block is said to be marked in a way that there is not")
            }
            let hasStrips = binding.layout.hasStrips
            return BlockRecord(
                mode: mode[0], leaf: leaf, rows: try fields.take(hasStrips ? BlockRecord.strips(area.height) : 0),
                columns: try fields.take(hasStrips ? BlockRecord.strips(area.width) : 0))
        }
        self.binding = binding
    }

    /// Whether the issuer that the binding names has signed this for the image of this identifier.
    func judgement(_ identifier: ImageIdentifier, _ directory: IssuerDirectory) -> IssuerDirectory.Judgement {
        directory.judge(signature, over: Self.domain + identifier.bytes + signedBytes, by: binding.issuer)
    }
}

extension MarkImage {
    /// The digest of the samples that a body signs.
    public func digest(_ identifier: ImageIdentifier) -> [UInt8] {
        var digest = LengthPrefixedDigest(domain: "image")
        digest.append(identifier.bytes)
        for plane in planes { digest.append(plane) }
        return digest.finish()
    }
}
