import SeededRandomness

/// A division of pairs into halves for training and testing that keeps groups whole: what shares an image, a series or a patient resembles
/// itself, and a detector that has seen one part would look better on the other than it is.
public struct GroupSplit: Hashable, Sendable {
    public let training: [Int]
    public let testing: [Int]

    /// - Parameter groups: of each pair.
    /// - Returns: `nil` for fewer than two groups.
    public init?(groups: [Int], seed: UInt64) {
        var order = Array(Set(groups)).sorted()
        guard order.count >= 2 else { return nil }
        var generator = SplitMix64(seed: seed)
        order.shuffle(using: &generator)
        var sizes: [Int: Int] = [:]
        for group in groups { sizes[group, default: 0] += 1 }
        var chosen: Set<Int> = []
        var count = 0
        for group in order.dropLast() where count < groups.count / 2 {
            chosen.insert(group)
            count += sizes[group] ?? 0
        }
        training = groups.indices.filter { chosen.contains(groups[$0]) }
        testing = groups.indices.filter { !chosen.contains(groups[$0]) }
    }
}
