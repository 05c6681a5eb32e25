import Basics
import Crypto

/// An identity in forty characters that two people can compare over the telephone.
///
/// The first 200 bits of SHA-256 over a label, the Ed25519 key and the X-Wing key. Finding another identity with a given
/// fingerprint takes about 2²⁰⁰ attempts. Written as eight groups of five symbols of Crockford's base 32:
/// `7ZK4Q-0M2XW-…`. The certificate is not covered: it is vouched for by the Ed25519 key, and may be renewed.
public struct Fingerprint: Sendable, CustomStringConvertible {
    public static let byteCount = 25
    private static let groupLength = 5

    /// Always 25 bytes.
    public let bytes: [UInt8]

    init(signingKey: [UInt8], sealingKey: [UInt8]) {
        var hash = SHA256()
        hash.update(data: Array("veilray/1 fingerprint".utf8) + [0])
        hash.update(data: signingKey)
        hash.update(data: sealingKey)
        bytes = Array(hash.finalize().prefix(Self.byteCount))
    }

    /// `nil` unless there are 25 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads what ``description`` writes, of either case, with any spaces and hyphens, O for 0 and I or L for 1.
    ///
    /// - Throws: ``ProtocolError/Code/invalidFingerprint``
    public init(_ text: String) throws(ProtocolError) {
        let symbols = text.filter { !$0.isWhitespace && $0 != "-" }
        guard symbols.count == Self.byteCount * 8 / 5, let bytes = Base32.decode(symbols), bytes.count == Self.byteCount else {
            throw ProtocolError(.invalidFingerprint, "a fingerprint is eight groups of five letters and digits")
        }
        self.bytes = bytes
    }

    /// Eight groups of five, joined by hyphens.
    public var description: String { groups.joined(separator: "-") }

    /// For reading out or printing in columns.
    public var groups: [String] {
        let symbols = Array(Base32.encode(bytes))
        return stride(from: 0, to: symbols.count, by: Self.groupLength).map { start in
            String(symbols[start..<min(start + Self.groupLength, symbols.count)])
        }
    }

    /// The first 8 bytes: enough to find the right identity among one's own, never enough to trust one.
    var shortIdentifier: [UInt8] { Array(bytes.prefix(8)) }
}

extension Fingerprint: Hashable {
    public static func == (left: Fingerprint, right: Fingerprint) -> Bool { equalInConstantTime(left.bytes, right.bytes) }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
