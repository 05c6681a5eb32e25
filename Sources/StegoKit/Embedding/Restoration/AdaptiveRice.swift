/// Rice code whose parameter follows the numbers, as in JPEG-LS (ITU-T T.87, A.5.1): k is the least with count · 2^k ≥ sum.
///
/// A quotient of ``longestQuotient`` or more is written as that many ones, and the number plus one in Elias gamma code instead.
struct AdaptiveRice {
    private static let longestQuotient: UInt64 = 24
    /// Where both are halved, so that the parameter follows.
    private static let memory: UInt64 = 32

    private var sum: UInt64 = 64
    private var count: UInt64 = 1

    private var parameter: Int {
        var parameter = 0
        while count << UInt64(parameter) < sum { parameter += 1 }
        return parameter
    }

    mutating func append(_ value: UInt64, to writer: inout BitWriter) {
        let parameter = parameter
        if value >> UInt64(parameter) < Self.longestQuotient {
            writer.appendRice(value, parameter: parameter)
        } else {
            for _ in 0..<Self.longestQuotient { writer.append(true) }
            writer.appendGamma(value + 1)
        }
        learn(value)
    }

    mutating func read(from reader: inout BitReader) -> UInt64? {
        let parameter = parameter
        var quotient: UInt64 = 0
        while quotient < Self.longestQuotient {
            guard let bit = reader.bit() else { return nil }
            if !bit { break }
            quotient += 1
        }
        let value: UInt64
        if quotient < Self.longestQuotient {
            guard let remainder = reader.value(bitCount: parameter) else { return nil }
            value = quotient << UInt64(parameter) | remainder
        } else {
            guard let coded = reader.gamma() else { return nil }
            value = coded - 1
        }
        guard value <= 1 << 32 else { return nil }
        learn(value)
        return value
    }

    private mutating func learn(_ value: UInt64) {
        sum += value
        count += 1
        if count == Self.memory { (sum, count) = (sum / 2, count / 2) }
    }
}
