/// What is known of one block.
public enum BlockVerdict: Hashable, Sendable {
    /// Samples and mark are as they were signed.
    case intact
    /// The samples are as they were signed; only bits of the mark were touched.
    case markTouched
    /// The samples differ from what was signed.
    case tampered
    /// The block proves itself, and is not what was signed: somebody made a mark for changed samples.
    case forged
    /// The block proves itself as another image's, or as another place of this one.
    case foreign(ImageIdentifier, index: Int)
    /// The block proves itself; no signature says what belongs here.
    case selfConsistent
    /// Nothing can be said.
    case unreadable

    /// Whether the block's samples are what was signed.
    public var isProven: Bool { self == .intact || self == .markTouched }
}
