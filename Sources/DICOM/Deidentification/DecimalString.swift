/// Numbers written as decimal strings (`DS`, PS3.5 §6.2): at most 16 characters.
///
/// Numbers are always taken apart and written anew, so that nothing but a number can pass.
enum DecimalString {
    static let maximumLength = 16

    /// The shortest text that reads back as the same number, or, where that takes more than 16 characters, the closest that does not.
    /// Nil for a value that is not finite.
    static func text(_ number: Double) -> String? {
        guard number.isFinite else { return nil }
        guard number != 0 else { return "0" }
        let decimal = Decomposed(number)
        for digits in (1...max(decimal.digits.count, 1)).reversed() {
            let text = decimal.rounded(to: digits).shortestText
            if text.utf8.count <= maximumLength { return text }
        }
        return nil
    }

    /// ±0.d₁d₂d₃… × 10^exponent with d₁ ≠ 0.
    private struct Decomposed {
        let isNegative: Bool
        var digits: [UInt8]
        var exponent: Int

        /// Takes apart the standard library's shortest description, for example `-1.5e-07`.
        init(_ number: Double) {
            isNegative = number < 0
            let parts = number.magnitude.description.split(separator: "e")
            let mantissa = parts.first.map(String.init) ?? "0"
            let whole = mantissa.prefix { $0 != "." }
            let fraction = mantissa.drop { $0 != "." }.dropFirst()
            digits = (whole + fraction).utf8.map { $0 &- 0x30 }
            exponent = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
            normalise()
        }

        private mutating func normalise() {
            let leadingZeros = digits.prefix { $0 == 0 }.count
            digits.removeFirst(leadingZeros)
            exponent -= leadingZeros
            while digits.last == 0 { digits.removeLast() }
        }

        /// Half up, which is as good as any other rule for digits beyond the eleventh.
        func rounded(to count: Int) -> Decomposed {
            guard count < digits.count else { return self }
            var result = self
            var carries = digits[count] >= 5
            result.digits = Array(digits.prefix(count))
            for index in result.digits.indices.reversed() where carries {
                carries = result.digits[index] == 9
                result.digits[index] = carries ? 0 : result.digits[index] + 1
            }
            if carries {
                result.digits.insert(1, at: 0)
                result.exponent += 1
            }
            result.normalise()
            return result
        }

        var shortestText: String {
            let sign = isNegative ? "-" : ""
            let plain = sign + plainText
            let scientific = sign + scientificText
            return plain.utf8.count <= maximumLength || plain.utf8.count <= scientific.utf8.count ? plain : scientific
        }

        private var text: String { String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self) }

        private var plainText: String {
            // Far from the decimal point the zeros alone would be too long; the exact length does not matter then.
            guard (-maximumLength...maximumLength + 4).contains(exponent) else { return String(repeating: "0", count: 2 * maximumLength) }
            if exponent <= 0 { return "0." + String(repeating: "0", count: -exponent) + text }
            if exponent >= digits.count { return text + String(repeating: "0", count: exponent - digits.count) }
            return text.prefix(exponent) + "." + text.dropFirst(exponent)
        }

        private var scientificText: String {
            let fraction = digits.count > 1 ? "." + text.dropFirst() : ""
            return text.prefix(1) + fraction + "E" + String(exponent - 1)
        }
    }
}
