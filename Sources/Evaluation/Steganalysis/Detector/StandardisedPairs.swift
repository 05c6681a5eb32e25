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
