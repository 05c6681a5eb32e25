/// Looks for one key's shells in slices at unknown angles.
///
/// The filter is matched to every distance of a plane and every place of the centre; no angle is searched, since a sphere's cut has none.
/// A detector may be used by several threads at once; each call keeps its own memory, about 20 MB. It takes about 0.1 s a slice.
///
/// ```swift
/// let detector = VolumeDetector(key)                                  // 48 cuts: keep it for many slices
/// if let search = detector.search([ObliqueSlice(plane, spacing: spacing)]), search.finding.isMarked {
///     let match = search.match("patient 4711")                       // whose volume is it?
/// }
/// ```
public final class VolumeDetector: Sendable {
    /// Score from which on a slice counts as marked. One false alarm in a thousand is aimed at (docs/marks/volume-figures.md).
    public static let threshold = 8.5

    /// From here on it is worth asking whose volume it is. One unmarked slice in twenty reaches it; codes are random, so that one in a
    /// thousand of those is confirmed by chance.
    public static let leastToAsk = 6.5

    private let key: VolumeMarkKey
    private let bank: ShellBank

    /// - Complexity: 27 Fourier transforms, about 0.1 s.
    public init(_ key: VolumeMarkKey) {
        self.key = key
        bank = ShellBank(key, FourierTransform(side: ObliqueSlice.side))
    }

    /// Looks for the shells.
    ///
    /// - Parameters:
    ///   - slices: one slice, or several parallel ones of one reformat whose middles lie above one another; more slices find weaker marks.
    ///   - distance: from one slice to the next, in mm.
    /// - Returns: `nil` where a slice shows too little for a statement.
    public func search(_ slices: [ObliqueSlice], distance: Double = 0) -> VolumeSearch? {
        let transform = FourierTransform(side: ObliqueSlice.side)
        let whitened = slices.compactMap { WhitenedSlice($0, transform) }
        guard !whitened.isEmpty, whitened.count == slices.count else { return nil }
        let maps = whitened.map { AgreementMaps($0, bank, transform) }
        let peak = maps.count == 1 ? maps[0].peak() : AgreementMaps.peak(of: maps, apart: distance)
        let refined = RefinedPlace(whitened, bank.shell, around: peak, apart: distance)
        let middle = Double(ObliqueSlice.side - 1) / 2
        let spread = SpreadAgreement(whitened, bank.shell, at: refined, apart: distance)
        let finding = VolumeFinding(
            score: min(peak.score, SpreadAgreement.worth * spread.score), threshold: Self.threshold,
            usableShare: whitened.map(\.usableShare).reduce(0, +) / Double(whitened.count),
            distance: abs(refined.distance), down: refined.row - middle, right: refined.column - middle)
        return VolumeSearch(finding: finding, key: key, slices: whitened, place: refined, apart: distance, shell: bank.shell)
    }
}

/// A finding, and what is needed to ask whose it is.
public struct VolumeSearch: Sendable {
    public let finding: VolumeFinding
    let key: VolumeMarkKey
    let slices: [WhitenedSlice]
    let place: RefinedPlace
    let apart: Double
    let shell: [Float]

    /// Compares the slice's rings with an identity's code.
    ///
    /// Each ring gives a vector whose angle is the ring's quarter turn; vectors of a wrong code point anywhere.
    public func match(_ identity: String) -> IdentityMatch {
        let rings = IdentityRings(slices, place, shell, apart: apart)
        let code = key.code(of: identity)
        var (agreement, power) = (0.0, 0.0)
        var visible: [IdentityRings.Vector] = []
        for (ring, vector) in rings.vectors.enumerated() where rings.counts[ring] >= IdentityRings.leastSamples {
            agreement += vector.turned(by: code[ring])
            power += vector.cosine * vector.cosine + vector.sine * vector.sine
            visible.append(vector)
        }
        let score = power > 0 ? agreement / (power / 2).squareRoot() : 0
        return IdentityMatch(score: score, rings: visible.count, chance: ChanceOfCodes(visible).reaching(agreement))
    }
}
