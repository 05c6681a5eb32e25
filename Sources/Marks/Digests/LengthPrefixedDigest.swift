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
        withUnsafeBytes(of: UInt32(part.count).bigEndian) { digest.update(bufferPointer: $0) }
        digest.update(bufferPointer: part)
    }

    /// Adds one part.
    mutating func append(_ part: [UInt8]) {
        part.withUnsafeBytes { append($0) }
    }

    /// The digest's first `count` bytes, at most 32.
    consuming func finish(_ count: Int = SHA256.byteCount) -> [UInt8] {
        Array(digest.finalize().prefix(count))
    }
}
