/// The visited samples whose bit changed, as gaps in visiting order.
///
/// One byte Rice parameter k; then for each changed sample, in Rice code with that parameter, how many unchanged ones were visited
/// since the one before; the number of changes comes first, in Elias gamma code of count + 1. Bits least significant first.
enum ChangedPositions {
    /// Collects while embedding.
    struct Collector {
        private var gaps: [UInt64] = []
        private var gap: UInt64 = 0

        var count: Int { gaps.count }

        mutating func visit(changed: Bool) {
            guard changed else {
                gap += 1
                return
            }
            gaps.append(gap)
            gap = 0
        }

        func encoded() -> [UInt8] {
            let parameter = bestParameter()
            var writer = BitWriter()
            writer.append(UInt64(parameter), count: 8)
            writer.appendGamma(UInt64(gaps.count) + 1)
            for gap in gaps { writer.appendRice(gap, parameter: parameter) }
            return writer.bytes
        }

        private func bestParameter() -> Int {
            func bits(_ parameter: Int) -> UInt64 { gaps.reduce(0) { $0 + $1 >> UInt64(parameter) + 1 + UInt64(parameter) } }
            return (0...24).min { bits($0) < bits($1) } ?? 0
        }
    }

    /// Ordinals of the changed samples in visiting order, ascending.
    ///
    /// - Parameter visited: how many samples were visited; more is an error.
    /// - Returns: nil if the bytes are not such data.
    static func decode(_ bytes: [UInt8], visited: Int) -> [Int]? {
        var reader = BitReader(bytes)
        guard let parameter = reader.value(bitCount: 8), parameter <= 24, let marked = reader.gamma(), marked - 1 <= UInt64(visited)
        else { return nil }
        var ordinals: [Int] = []
        var next: UInt64 = 0
        for _ in 0..<marked - 1 {
            guard let gap = reader.rice(parameter: Int(parameter)), gap < UInt64(visited) else { return nil }
            let ordinal = next + gap
            guard ordinal < UInt64(visited) else { return nil }
            ordinals.append(Int(ordinal))
            next = ordinal + 1
        }
        return reader.isAtEnd ? ordinals : nil
    }
}
