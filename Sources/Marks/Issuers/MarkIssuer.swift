import Basics

/// Who signs marks. The secret key stays where it is: this knows what can be done with it, and no more.
public struct MarkIssuer: Sendable {
    /// Eight bytes by which a verifier finds the issuer's card.
    public let identifier: IssuerIdentifier

    /// An Ed25519 signature (RFC 8032) over a message, 64 bytes.
    public let sign: @Sendable (_ message: [UInt8]) throws -> [UInt8]

    /// 16 bytes that only this issuer derives from a context, the same each time.
    public let secret: @Sendable (_ context: [UInt8]) -> [UInt8]

    public init(
        identifier: IssuerIdentifier, sign: @escaping @Sendable (_ message: [UInt8]) throws -> [UInt8],
        secret: @escaping @Sendable (_ context: [UInt8]) -> [UInt8]
    ) {
        (self.identifier, self.sign, self.secret) = (identifier, sign, secret)
    }
}

/// The first eight bytes of an identity's fingerprint: enough to find its card, never enough to trust one.
public struct IssuerIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of an identifier.
    public static let byteCount = 8

    public let bytes: [UInt8]

    /// `nil` unless there are eight bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Lower-case hexadecimal.
    public var description: String { hexadecimal(bytes) }
}
