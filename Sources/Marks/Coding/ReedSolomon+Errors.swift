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
