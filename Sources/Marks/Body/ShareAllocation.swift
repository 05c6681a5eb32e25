/// How many shares each block carries, and in which mode: as many as are needed, at the least distortion.
struct ShareAllocation: Equatable, Sendable {
    /// The cheapest way to carry 0, 1, 2, … shares in one block; `nil` for more than it can.
    struct Offers: Sendable {
        let costs: [ModeCost?]

        init(_ modes: [ModeCost], most: Int) {
            costs = (0...most).map { count in
                guard count > 0 else { return nil }
                let needed = BlockFrame.bitCount(shares: count)
                var best: ModeCost?
                for mode in modes where mode.capacity >= needed {
                    if mode.doubledDistortion < best?.doubledDistortion ?? Int.max { best = mode }
                }
                return best
            }
        }

        /// The number of shares that is worth most at a price for each share.
        func count(atPrice price: Double) -> Int {
            var (bestCount, bestValue) = (0, 0.0)
            for count in costs.indices.dropFirst() {
                guard let cost = costs[count] else { continue }
                let value = Double(cost.doubledDistortion) / 2 - price * Double(count)
                if value < bestValue { (bestCount, bestValue) = (count, value) }
            }
            return bestCount
        }
    }

    /// Shares of each of the blocks that were offered.
    let counts: [Int]

    /// Finds the least price of a share at which the blocks offer as many as are needed: of all choices with that many shares or more the
    /// distortion is the least (Everett 1963, "Generalized Lagrange multiplier method").
    ///
    /// - Returns: `nil` where the blocks cannot carry so many.
    init?(_ offers: [Offers], needed: Int) {
        func total(_ price: Double) -> Int { offers.reduce(0) { $0 + $1.count(atPrice: price) } }
        guard total(1e12) >= needed else { return nil }
        var (low, high) = (0.0, 1e7)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if total(middle) >= needed { high = middle } else { low = middle }
        }
        counts = offers.map { $0.count(atPrice: high) }
        guard counts.reduce(0, +) >= needed else { return nil }
    }
}
