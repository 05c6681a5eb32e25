import Basics
import Crypto
import FoundationEssentials

/// The bytes on the wire in place of the beginning of a stego file: the difference to another one's, enciphered under the study's key.
public struct ShortHead: Sendable, Equatable {
    /// Places at the receiver where heads are remembered for those that follow; they are numbered from 1.
    public static let placeCount = 4
    /// The longest head of a stego file that has a short one, and the longest opened head.
    public static let maximumByteCount = 512 << 10

    /// The bytes that travel.
    public let bytes: [UInt8]
    /// Bytes of the stego file that they stand for, counted from its first.
    public let byteCount: Int
    /// The place of the head that this one is a difference to; 0 where it stands for itself.
    public let basis: Int
    /// Where the receiver is to remember this one; 0 for nowhere.
    public let place: Int

    public init(bytes: [UInt8], byteCount: Int, basis: Int, place: Int) {
        (self.bytes, self.byteCount, self.basis, self.place) = (bytes, byteCount, basis, place)
    }

    /// The properties that two sides must have in common, besides the key, to make the same bytes of the same head: this format, the
    /// dictionary that records are packed with, the release of zstd. At most 32 characters of `a`–`z`, `0`–`9`, `.`, `+`, `-`.
    public static let feature = "heads-\(HeaderDictionaries.standard.current.identifier)-zstd-\(HeaderCompressor.libraryVersion)"
}

/// The reason that a short head was not made whole.
public struct ShortHeadError: Error, CustomStringConvertible {
    public let description: String
}

/// Enciphers differences: AES-256-GCM under a key of the study, bound to the stego file they belong to.
struct ShortHeadSeal {
    private static let label = Array("veilray/1 head".utf8)

    let key: SymmetricKey

    init(_ key: StudyKey) { self.key = key.derive(.head, identifier: "") }

    /// Label ‖ SHA-256 of the stego file ‖ bytes stood for (4, big endian) ‖ basis (1) ‖ place (1).
    private static func associatedData(_ digest: ContentDigest, byteCount: Int, basis: Int, place: Int) -> [UInt8] {
        label + digest.bytes + (0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (24 - 8 * $0)) }
            + [UInt8(truncatingIfNeeded: basis), UInt8(truncatingIfNeeded: place)]
    }

    /// Nonce ‖ ciphertext ‖ tag.
    func seal(_ difference: [UInt8], of digest: ContentDigest, byteCount: Int, basis: Int, place: Int) -> ShortHead? {
        let data = Self.associatedData(digest, byteCount: byteCount, basis: basis, place: place)
        guard let sealed = try? AES.GCM.seal(difference, using: key, authenticating: data).combined else { return nil }
        return ShortHead(bytes: Array(sealed), byteCount: byteCount, basis: basis, place: place)
    }

    /// - Throws: ``ShortHeadError``
    func open(_ head: ShortHead, of digest: ContentDigest) throws(ShortHeadError) -> [UInt8] {
        let data = Self.associatedData(digest, byteCount: head.byteCount, basis: head.basis, place: head.place)
        do {
            return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: head.bytes), using: key, authenticating: data))
        } catch {
            throw ShortHeadError(description: "a short head that is not of this study or of this file")
        }
    }
}

/// The features of this release beyond codecs and embedding methods, by the names that both sides compare in the greeting.
public enum StegoFeatures {
    public static let names = [ShortHead.feature] + InnerStages.knownNames.map(InnerStages.feature(of:))
}
