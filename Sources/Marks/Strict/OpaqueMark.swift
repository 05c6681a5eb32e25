/// Marks of bytes in which no samples are looked at: they stay in the element, and say whether the bytes are the same.
public enum OpaqueMark {
    /// SHA-256 over the identifier and the bytes.
    public static func digest(of bytes: [UInt8], _ identifier: ImageIdentifier) -> [UInt8] {
        var digest = LengthPrefixedDigest(domain: "opaque")
        digest.append(identifier.bytes)
        digest.append(bytes)
        return digest.finish()
    }

    /// Signs bytes.
    public static func body(
        for bytes: [UInt8], as identifier: ImageIdentifier, signedBy issuer: MarkIssuer, entries: [CustodyEntry],
        binding: (MarkLayout) throws -> MarkBinding
    ) throws -> MarkBody {
        try MarkBody(
            signedBy: issuer, identifier: identifier, imageDigest: digest(of: bytes, identifier),
            binding: try binding(MarkLayout(hasBlocks: false)), entries: entries, records: [])
    }

    /// Judges bytes by a body that an element carries.
    ///
    /// - Throws: `MarksError` of code `format` for a body of another kind.
    public static func read(
        _ bytes: [UInt8], carried: StrictReader.Carried, _ directory: IssuerDirectory
    ) throws -> (body: MarkBody, judgement: IssuerDirectory.Judgement, isIntact: Bool) {
        let body = try MarkBody(carried.body, grid: nil)
        let isIntact = body.imageDigest == digest(of: bytes, carried.identifier)
        return (body, body.judgement(carried.identifier, directory), isIntact)
    }
}
