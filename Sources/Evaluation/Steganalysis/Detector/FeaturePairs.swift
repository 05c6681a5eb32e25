import SeededRandomness

/// Features of cover blocks and of the stego blocks made from them, one after the other in the same order.
public struct FeaturePairs: Sendable {
    public let cover: FeatureRows
    public let stego: FeatureRows
    /// Of each pair: what must not be split (``GroupSplit``), counted from 0.
    public let groups: [Int]
    /// Of each pair: the image that it comes from, counted from 0.
    public let images: [Int]

    /// - Returns: `nil` unless all four speak of the same number of pairs, with equally many features.
    public init?(cover: FeatureRows, stego: FeatureRows, groups: [Int], images: [Int]) {
        guard cover.featureCount == stego.featureCount, cover.rowCount == stego.rowCount,
            groups.count == cover.rowCount, images.count == cover.rowCount
        else { return nil }
        self.cover = cover
        self.stego = stego
        self.groups = groups
        self.images = images
    }

    public var count: Int { groups.count }

    /// The same pairs with cover and stego exchanged in half of them, by chance. No detector can do better than guess on these, so they
    /// show how low a detection error comes out by chance alone.
    public func exchangedAtRandom(seed: UInt64) -> FeaturePairs {
        var generator = SplitMix64(seed: seed)
        var (first, second) = (FeatureRows(featureCount: cover.featureCount), FeatureRows(featureCount: cover.featureCount))
        let width = cover.featureCount
        for pair in 0..<count {
            let range = pair * width..<(pair + 1) * width
            let (coverRow, stegoRow) = (Array(cover.values[range]), Array(stego.values[range]))
            let isExchanged = Bool.random(using: &generator)
            first.append(isExchanged ? stegoRow : coverRow)
            second.append(isExchanged ? coverRow : stegoRow)
        }
        return FeaturePairs(cover: first, stego: second, groups: groups, images: images) ?? self
    }
}
