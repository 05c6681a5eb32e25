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

/// Feature pairs with each feature moved and scaled to mean 0 and deviation 1 over the training pairs, feature by feature.
///
/// Scaling does not change what a discriminant can tell apart; it makes one regularisation fit features of very different size.
/// Features that do not vary over the training pairs are left out.
struct StandardisedPairs {
    /// Features that vary.
    let featureCount: Int
    let pairCount: Int
    /// `featureCount × pairCount`: the values of one feature over all pairs lie together.
    let cover: [Float]
    let stego: [Float]

    /// - Parameter training: indices of the pairs that may be looked at.
    init(_ pairs: FeaturePairs, training: [Int]) {
        let width = pairs.cover.featureCount
        let count = pairs.count
        var columns: [(index: Int, mean: Double, scale: Double)] = []
        for feature in 0..<width {
            var (sum, squares) = (0.0, 0.0)
            let origin = training.first.map { Double(pairs.cover.values[$0 * width + feature]) } ?? 0
            for pair in training {
                let place = pair * width + feature
                let (first, second) = (Double(pairs.cover.values[place]) - origin, Double(pairs.stego.values[place]) - origin)
                sum += first + second
                squares += first * first + second * second
            }
            let samples = Double(max(1, 2 * training.count))
            let variance = squares / samples - (sum / samples) * (sum / samples)
            guard variance > 1e-18 else { continue }
            columns.append((feature, origin + sum / samples, 1 / variance.squareRoot()))
        }
        func standardised(_ rows: FeatureRows) -> [Float] {
            var result: [Float] = []
            result.reserveCapacity(columns.count * count)
            for column in columns {
                for pair in 0..<count {
                    result.append(Float((Double(rows.values[pair * width + column.index]) - column.mean) * column.scale))
                }
            }
            return result
        }
        featureCount = columns.count
        pairCount = count
        cover = standardised(pairs.cover)
        stego = standardised(pairs.stego)
    }
}
