public import Crypto

/// The SHA-256 digest (FIPS 180-4) of some bytes: of a file, of pixel values, of a manifest, of a certificate.
public struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of a digest.
    public static let byteCount = SHA256.byteCount

    /// The digest's 32 bytes.
    public let bytes: [UInt8]

    /// The digest of `content`.
    public init(of content: some Sequence<UInt8> & Sendable) {
        self.init(SHA256.hash(data: Array(content)))
    }

    /// The digest of `content`.
    public init(of content: [UInt8]) {
        self.init(SHA256.hash(data: content))
    }

    /// A digest that was computed piece by piece.
    public init(_ digest: SHA256.Digest) {
        bytes = Array(digest)
    }

    /// A digest that was computed elsewhere; `nil` unless it has 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Lower-case hexadecimal, as `sha256sum` prints it.
    public var description: String { hexadecimal(bytes) }
}

/// Compares without telling by its duration where two byte strings differ. Their lengths are not secret.
public func equalInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
