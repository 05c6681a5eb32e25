/// Which samples carry how many bits, and the Hamming code over them: all that the extractor needs besides the number of bits.
struct HammingPlan: Equatable {
    /// Most bits a sample.
    static let largestDepth = 3
    static let byteCount = 4

    /// k of the [2^k − 1, k] code.
    var parameter: Int
    /// A sample in a block at least this strong carries a bit, twice as strong two, four times as strong three.
    var threshold: Int
    /// Most bits a sample carries under this plan, 1 … 3.
    var depth: Int

    /// Bits that a sample carries.
    ///
    /// - Parameter limit: what the sample's run of levels allows.
    @inline(__always)
    func bits(strength: UInt16, limit: Int) -> Int {
        let strength = Int(strength)
        guard strength >= threshold else { return 0 }
        guard strength >= 2 * threshold else { return min(1, limit) }
        return min(strength >= 4 * threshold ? depth : min(depth, 2), limit)
    }

    /// Elements that carry so many bits.
    func elementCount(bitCount: Int) -> Int { (bitCount + parameter - 1) / parameter * ((1 << parameter) - 1) }

    var encoded: [UInt8] { [UInt8(parameter)] + DetailReader.bytes(threshold, 2) + [UInt8(depth)] }

    /// - Returns: nil for numbers that no embedder writes.
    init?(_ reader: inout DetailReader) {
        (parameter, threshold, depth) = (reader.number(1), reader.number(2), reader.number(1))
        guard HammingCode.parameters.contains(parameter), (1...Self.largestDepth).contains(depth) else { return nil }
    }

    init(parameter: Int, threshold: Int, depth: Int) {
        self.parameter = parameter
        self.threshold = threshold
        self.depth = depth
    }
}

extension LevelRuns {
    /// How many of its low bits a level can give away and stay in its run, at most three: 2^bits neighbours have all combinations of them.
    @inline(__always)
    func depthLimit(of level: Int) -> Int {
        let run = run(of: level)
        let length = run.last - run.first + 1
        return length >= 8 ? 3 : length >= 4 ? 2 : 1
    }
}
