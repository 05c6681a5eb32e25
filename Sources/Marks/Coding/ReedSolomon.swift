/// Reed–Solomon codes in their first form (Reed and Solomon 1960): the message's words are the coefficients of a polynomial, the shares are
/// its values at the points 1, 2, 3, …. Any as many shares as there are words give the message back.
enum ReedSolomon {
    /// The shares at `points` of a message.
    ///
    /// - Complexity: O(words × points).
    static func shares(of message: [ShareWord], at points: [UInt16]) -> [ShareWord] {
        var multiplier = FieldMultiplier()
        return points.map { point in
            multiplier.set(point)
            return multiplier.withProducts { products in
                var share = ShareWord.zero
                for word in message.reversed() { share.lanes = products(share.lanes) ^ word.lanes }
                return share
            }
        }
    }

    /// The message behind shares that are all right.
    ///
    /// How many words it has need not be known: Newton's divided differences vanish behind them. Two of them that are zero in all four
    /// symbols end the search; wrong shares imitate that once in 2¹²⁸.
    ///
    /// - Parameter points: all different.
    /// - Returns: `nil` where there are fewer than two shares more than words, or some are wrong.
    /// - Complexity: O(words²).
    static func message(at points: [UInt16], _ shares: [ShareWord]) -> [ShareWord]? {
        var newton: [ShareWord] = []
        var zeros = 0
        for (index, point) in points.enumerated() {
            // The new point's difference from each polynomial so far, by Horner's scheme on Newton's form.
            guard let difference = difference(point, shares[index], newton, points) else { return nil }
            newton.append(ShareWord(symbols: difference))
            zeros = difference == SIMD4() ? zeros + 1 : 0
            if zeros == 2 { return expanded(Array(newton.dropLast(2)), points) }
        }
        return nil
    }

    /// Newton's next coefficient; `nil` for a point that was there before.
    private static func difference(
        _ point: UInt16, _ share: ShareWord, _ newton: [ShareWord], _ points: [UInt16]
    ) -> SIMD4<UInt16>? {
        let (value, weight) = BinaryField.shared.withTables { tables -> (SIMD4<UInt16>, UInt16) in
            var value = SIMD4<UInt16>()
            // The weight's logarithm, and whether any factor is 0.
            var (weight, vanishes) = (0, false)
            for earlier in newton.indices.reversed() {
                let step = point ^ points[earlier]
                vanishes = vanishes || step == 0
                let logarithm = tables.logarithm(step)
                value = tables.products(value, logarithm) ^ newton[earlier].symbols
                weight &+= logarithm
            }
            let product = vanishes ? 0 : tables.products(SIMD4(1, 0, 0, 0), weight % 65_535)[0]
            return (value, product)
        }
        guard weight != 0 else { return nil }
        return product(share.symbols ^ value, BinaryField.shared.inverse(weight))
    }

    /// Exactly `count` words behind as many shares, which are taken to be right.
    static func message(of count: Int, at points: [UInt16], _ shares: [ShareWord]) -> [ShareWord]? {
        guard points.count >= count, count > 0 else { return nil }
        var differences = Array(shares.prefix(count))
        BinaryField.shared.withTables { tables in
            for order in 1..<max(count, 1) {
                for index in stride(from: count - 1, through: order, by: -1) {
                    // A quotient: the step's logarithm is taken away, modulo the order of the field's elements.
                    let step = (65_535 - tables.logarithm(points[index] ^ points[index - order])) % 65_535
                    differences[index].symbols = tables.products(differences[index].symbols ^ differences[index - 1].symbols, step)
                }
            }
        }
        return expanded(differences, points)
    }

    /// The coefficients of a polynomial in Newton's form.
    private static func expanded(_ newton: [ShareWord], _ points: [UInt16]) -> [ShareWord] {
        var words: [ShareWord] = []
        words.reserveCapacity(newton.count)
        var multiplier = FieldMultiplier()
        for index in newton.indices.reversed() {
            words.append(.zero)
            multiplier.set(points[index])
            multiplier.withProducts { products in
                for place in stride(from: words.count - 1, to: 0, by: -1) {
                    words[place].lanes = products(words[place].lanes) ^ words[place - 1].lanes
                }
                words[0].lanes = products(words[0].lanes) ^ newton[index].lanes
            }
        }
        return words
    }

    @inline(__always)
    private static func product(_ symbols: SIMD4<UInt16>, _ factor: UInt16) -> SIMD4<UInt16> {
        let field = BinaryField.shared
        return SIMD4(
            field.product(symbols[0], factor), field.product(symbols[1], factor), field.product(symbols[2], factor),
            field.product(symbols[3], factor))
    }
}
