/// What a detector says of a slice.
public struct VolumeFinding: Hashable, Sendable {
    /// The strongest agreement with the shells, in standard deviations of all places and distances, or twice ``SpreadAgreement`` if that is
    /// less: a mark is everywhere in the slice.
    public let score: Double
    /// ``VolumeDetector/threshold``. With many keys tried, unmarked slices reach it more often.
    public let threshold: Double
    /// The share of the slice in which a mark can be seen.
    public let usableShare: Double
    /// The plane's distance from the shells' centre, in mm; never negative, since a sphere does not tell the sides.
    public let distance: Double
    /// Where the point of the plane that is nearest to the centre lies, in mm down and right of the slice's middle.
    public let down: Double, right: Double

    /// True where the slice was cut from a volume that was marked with this key.
    public var isMarked: Bool { score >= threshold }
}

/// Whether a marked slice is of this identity.
public struct IdentityMatch: Hashable, Sendable {
    /// Agreement with the identity's code, in standard deviations of random codes.
    public let score: Double
    /// Rings of the identity shell that the slice shows.
    public let rings: Int
    /// The chance that another identity's code agrees as well.
    public let chance: Double

    /// A wrong identity is confirmed once in so many times.
    public static let mostChance = 0.001

    /// True where the slice is of this identity.
    public var isConfirmed: Bool { chance <= Self.mostChance }
}
