/// A keyed permutation of 0 ..< count that needs no memory: a balanced Feistel network with cycle walking.
///
/// It spreads positions; secrecy of what is embedded rests on encryption, not on it. A step costs some 20 ns.
struct KeyedPermutation {
    private static let roundCount = 6

    let count: Int
    private let halfBits: UInt64
    private let halfMask: UInt64
    private let roundKeys: [UInt64]

    /// - Parameter count: at most 2^48.
    init(count: Int, key: InstanceKey) {
        self.count = count
        let bits = count > 1 ? Int.bitWidth - (count - 1).leadingZeroBitCount : 1
        halfBits = UInt64((bits + 1) / 2)
        halfMask = (1 << halfBits) - 1
        let stream = KeyStream.bytes(
            Self.roundCount * 8, key: key.key(for: .embeddingPath), nonce: [UInt8](repeating: 0, count: 12))
        roundKeys = (0..<Self.roundCount).map { round in
            stream[round * 8..<round * 8 + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The image of an index below `count`; distinct indices have distinct images.
    func callAsFunction(_ index: Int) -> Int {
        var value = UInt64(index)
        // The network permutes 0 ..< 4^halfBits, fewer than 4 × count values; walking its cycle from a value below `count` must come
        // back below `count`, at the latest at the starting value.
        repeat { value = network(value) } while value >= UInt64(count)
        return Int(value)
    }

    private func network(_ value: UInt64) -> UInt64 {
        var left = value >> halfBits
        var right = value & halfMask
        for key in roundKeys {
            // Multiply–xorshift mixing (as in SplitMix64, Steele et al. 2014).
            var mixed = (right ^ key) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 29) &* 0x94D0_49BB_1331_11EB
            (left, right) = (right, left ^ (mixed >> 32 & halfMask))
        }
        return left << halfBits | right
    }
}
