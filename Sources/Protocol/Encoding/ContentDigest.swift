import Crypto

/// SHA-256 of some bytes: of a file, of a manifest, of a certificate.
public struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    public static let byteCount = 32

    /// Always 32 bytes.
    public let bytes: [UInt8]

    /// Hashes `bytes`.
    public init(of bytes: some Sequence<UInt8> & Sendable) {
        self.init(SHA256.hash(data: Array(bytes)))
    }

    public init(of bytes: [UInt8]) {
        self.init(SHA256.hash(data: bytes))
    }

    public init(_ digest: SHA256.Digest) {
        bytes = Array(digest)
    }

    /// Takes a digest that was computed elsewhere. `nil` unless it has 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Lower-case hexadecimal, as `sha256sum` prints it.
    public var description: String { hexadecimal(bytes) }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        text.append(byte < 16 ? "0" : "")
        text.append(String(byte, radix: 16))
    }
    return text
}

/// Compares without telling by its duration where two byte strings differ. Their lengths are not secret.
func equalInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
