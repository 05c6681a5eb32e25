import Basics
import Crypto
import Foundation

/// A SHA-256 over several parts, each after its length in four bytes, the highest first: no two lists of parts give the same input.
struct LengthPrefixedDigest {
    private var digest = SHA256()

    /// - Parameter domain: what the digest is of, such as `leaf`: the first part.
    init(domain: StaticString) {
        domain.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    /// Adds one part.
    mutating func append(_ part: UnsafeRawBufferPointer) {
        append(prefixing: part.count)
        digest.update(bufferPointer: part)
    }

    /// Adds one part.
    mutating func append(_ part: [UInt8]) {
        part.withUnsafeBytes { append($0) }
    }

    /// Adds samples as one part: rows and columns in two bytes each, the highest first, then each sample in four bytes, the lowest first.
    mutating func append(samples: UnsafeBufferPointer<Int32>, height: Int, width: Int) {
        append(prefixing: samples.count * 4 + 4)
        withUnsafeBytes(of: UInt32(height << 16 | width).bigEndian) { digest.update(bufferPointer: $0) }
        if 1.littleEndian == 1 {
            digest.update(bufferPointer: UnsafeRawBufferPointer(samples))
        } else {
            for sample in samples { withUnsafeBytes(of: sample.littleEndian) { digest.update(bufferPointer: $0) } }
        }
    }

    /// Adds a plane's samples as one part.
    mutating func append(_ plane: SamplePlane) {
        plane.samples.withUnsafeBufferPointer { append(samples: $0, height: plane.height, width: plane.width) }
    }

    private mutating func append(prefixing count: Int) {
        withUnsafeBytes(of: UInt32(count).bigEndian) { digest.update(bufferPointer: $0) }
    }

    /// The digest's first `count` bytes, at most 32.
    consuming func finish(_ count: Int = SHA256.byteCount) -> [UInt8] {
        Array(digest.finalize().prefix(count))
    }
}

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
