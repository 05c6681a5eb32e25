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

extension ReedSolomon {
    /// The message of `count` words behind shares of which some are wrong, by Gao's decoder (S. Gao, "A new algorithm for decoding
    /// Reed–Solomon codes", 2003): the extended Euclidean algorithm on the polynomial that vanishes at all points and the one that goes
    /// through all shares, until the remainder's degree is below (points + words) ∕ 2.
    ///
    /// - Parameter points: all different.
    /// - Returns: `nil` where more than (points − words) ∕ 2 shares are wrong.
    /// - Complexity: O(points²).
    static func correctedMessage(of count: Int, at points: [UInt16], _ shares: [ShareWord]) -> [ShareWord]? {
        guard count > 0, points.count >= count, let values = message(of: points.count, at: points, shares) else { return nil }
        let vanishing = FieldPolynomial.vanishing(at: points)
        var words = [ShareWord](repeating: .zero, count: count)
        for symbol in 0..<ShareWord.symbolCount {
            let interpolated = FieldPolynomial(values.map { $0.symbols[symbol] })
            guard let message = corrected(interpolated, vanishing, count: count, points: points.count) else { return nil }
            for (index, coefficient) in message.coefficients.enumerated() { words[index].symbols[symbol] = coefficient }
        }
        return words
    }

    private static func corrected(
        _ interpolated: FieldPolynomial, _ vanishing: FieldPolynomial, count: Int, points: Int
    ) -> FieldPolynomial? {
        var (previous, remainder) = (vanishing, interpolated)
        var (previousFactor, factor) = (FieldPolynomial([]), FieldPolynomial([1]))
        while 2 * remainder.degree >= points + count {
            guard let step = previous.divided(by: remainder) else { return nil }
            (previous, remainder) = (remainder, step.remainder)
            (previousFactor, factor) = (factor, previousFactor + step.quotient * factor)
        }
        guard let message = remainder.divided(by: factor), message.remainder.degree < 0, message.quotient.degree < count else { return nil }
        return message.quotient
    }
}

/// The word at one point of the code: four symbols of 16 bits, eight bytes in the image.
struct ShareWord: Equatable, Sendable {
    /// Bytes of a share.
    static let byteCount = 8

    static let symbolCount = 4

    static let zero = ShareWord(symbols: SIMD4())

    var symbols: SIMD4<UInt16>

    init(symbols: SIMD4<UInt16>) { self.symbols = symbols }

    /// All four in one word, in whichever order the machine has them: for products with one element, and sums.
    ///
    /// Both types are eight bytes of plain bits, of which every pattern is a value.
    @inline(__always)
    var lanes: UInt64 {
        get { unsafeBitCast(symbols, to: UInt64.self) }
        set { symbols = unsafeBitCast(newValue, to: SIMD4<UInt16>.self) }
    }

    /// From eight bytes, the higher one of each symbol first.
    init(_ bytes: ArraySlice<UInt8>) {
        symbols = SIMD4()
        for (index, byte) in bytes.prefix(Self.byteCount).enumerated() {
            symbols[index / 2] |= UInt16(byte) << (index % 2 == 0 ? 8 : 0)
        }
    }

    var bytes: [UInt8] {
        (0..<Self.symbolCount).flatMap { [UInt8(symbols[$0] >> 8), UInt8(truncatingIfNeeded: symbols[$0])] }
    }
}
