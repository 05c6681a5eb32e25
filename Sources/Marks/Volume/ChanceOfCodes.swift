/// The distribution of the agreement of random codes with some rings: each ring gives one of four values, alike likely.
///
/// Sums are binned, so the chance is exact but for half a bin a ring.
struct ChanceOfCodes {
    private static let bins = 4096
    private let chances: [Double]
    /// The largest sum that any code reaches.
    private let most: Double

    init(_ rings: [IdentityRings.Vector]) {
        most = rings.reduce(0) { $0 + max(abs($1.cosine), abs($1.sine)) }
        var chances = [Double](repeating: 0, count: Self.bins)
        chances[Self.bins / 2] = 1
        for ring in rings where most > 0 {
            var next = [Double](repeating: 0, count: Self.bins)
            for quarter in UInt8(0)..<4 {
                let shift = Int((ring.turned(by: quarter) / most * Double(Self.bins / 2 - 64)).rounded())
                for bin in max(0, -shift)..<min(Self.bins, Self.bins - shift) { next[bin + shift] += chances[bin] / 4 }
            }
            chances = next
        }
        self.chances = chances
    }

    /// The chance of at least this agreement; 1 where there are no rings.
    func reaching(_ agreement: Double) -> Double {
        guard most > 0 else { return 1 }
        let bin = Self.bins / 2 + Int((agreement / most * Double(Self.bins / 2 - 64)).rounded(.down))
        return chances[min(max(bin, 0), Self.bins - 1)...].reduce(0, +)
    }
}
