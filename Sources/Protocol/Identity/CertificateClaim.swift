/// Who a certificate says that it belongs to: for telling a person of somebody who was turned away. It proves nothing.
///
/// An identity's certificate holds the text `veilray:card/<fingerprint>/<name>/` as a subject alternative name (a URI), the name with
/// `%XX` for whatever is no ASCII letter, digit, `-` or `_`. A stranger's certificate is not parsed for it: the text is searched for
/// among its bytes, and only text of exactly this form is taken.
public struct CertificateClaim: Sendable, Hashable {
    private static let prefix = "veilray:card/"
    /// Bytes of a certificate that are searched; an identity's has about 600.
    private static let searchedByteCount = 16_384
    /// Characters of a fingerprint: eight groups of five and seven hyphens.
    private static let fingerprintLength = 47

    public let fingerprint: Fingerprint
    public let name: PeerName

    init(fingerprint: Fingerprint, name: PeerName) {
        self.fingerprint = fingerprint
        self.name = name
    }

    /// As it stands in a certificate.
    var text: String { "\(Self.prefix)\(fingerprint)/\(name.fileName)/" }

    /// `nil` where there is no such text: an identity that an older release made, or another program's certificate.
    ///
    /// - Parameter certificateDER: of anybody.
    public init?(certificateDER: [UInt8]) {
        let bytes = certificateDER.prefix(Self.searchedByteCount)
        guard let start = bytes.firstRange(of: Array(Self.prefix.utf8))?.upperBound else { return nil }
        let claim = bytes[start...]
        let fingerprintBytes = claim.prefix(Self.fingerprintLength)
        let rest = claim.dropFirst(Self.fingerprintLength)
        guard rest.first == UInt8(ascii: "/"), let text = String(validating: fingerprintBytes, as: UTF8.self),
            let fingerprint = try? Fingerprint(text), fingerprint.description == text
        else { return nil }
        let nameBytes = rest.dropFirst().prefix(PeerName.maximumByteCount * 3 + 1).prefix(while: Self.isOfName)
        guard bytes[nameBytes.endIndex...].first == UInt8(ascii: "/"),
            let name = PeerName(fileName: String(decoding: nameBytes, as: UTF8.self))
        else { return nil }
        self.init(fingerprint: fingerprint, name: name)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
