import Basics
import Crypto

/// The meaning of a short head: the beginning of a stego file, as a difference to that of another one (docs/protocol/heads.md).
///
/// What the bytes mean is for the layers above; this layer knows who has to have what before.
public struct HeadTerms: Sendable, Hashable {
    /// Places of a study where heads are remembered; they are numbered from 1.
    public static let places = 1...4
    /// Bytes that a head may have.
    public static let byteCounts = 1...512 << 10

    /// Bytes of the stego file, counted from its first.
    public let byteCount: Int
    /// The place of the head that this one is a difference to; 0 for none.
    public let basis: Int
    /// Where the receiver remembers this one; 0 for nowhere.
    public let place: Int

    /// `nil` for a value that cannot be.
    public init?(byteCount: Int, basis: Int, place: Int) {
        guard Self.byteCounts.contains(byteCount), [basis, place].allSatisfy({ $0 == 0 || Self.places.contains($0) }) else { return nil }
        (self.byteCount, self.basis, self.place) = (byteCount, basis, place)
    }
}

/// A short head that is to be sent.
public struct OutgoingHead: Sendable, Hashable {
    public let terms: HeadTerms
    /// The bytes that travel: fewer than those that they stand for.
    public let bytes: [UInt8]

    public init(terms: HeadTerms, bytes: [UInt8]) {
        (self.terms, self.bytes) = (terms, bytes)
    }
}

/// Makes short heads whole, for all studies of a session that takes them.
public protocol HeadExpansion: Sendable {
    /// The feature that both sides must name.
    var feature: CapabilityName { get }

    /// The expander for one study.
    func expander(for key: SymmetricKey) throws -> any HeadExpander
}

/// Makes short heads whole, for one study of one session: it remembers what came before.
public protocol HeadExpander: Sendable {
    /// The bytes that a short head stands for; one call at a time.
    ///
    /// - Parameter digest: what was announced of the stego file.
    /// - Throws: whatever is wrong with the head; the stego file counts as damaged then, and its sender sends it as it is the next time.
    func expanded(_ bytes: [UInt8], _ terms: HeadTerms, of digest: ContentDigest) async throws -> [UInt8]
}
