import Basics

/// Four bytes that tell the images of a series apart inside the pixels: a block that was pasted names the image that it comes from.
public struct ImageIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of an identifier.
    public static let byteCount = 4

    public let bytes: [UInt8]

    /// The identifier of a frame: the first bytes of SHA-256 over the instance's unique identifier and the frame's number.
    ///
    /// - Parameter frame: counted from 0.
    public init(instance: String, frame: Int) {
        var digest = LengthPrefixedDigest(domain: "veilray.mark.image")
        digest.append(Array(instance.utf8))
        digest.append(withUnsafeBytes(of: UInt32(truncatingIfNeeded: frame).bigEndian) { Array($0) })
        bytes = digest.finish(Self.byteCount)
    }

    /// `nil` unless there are four bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Lower-case hexadecimal.
    public var description: String { hexadecimal(bytes) }
}
