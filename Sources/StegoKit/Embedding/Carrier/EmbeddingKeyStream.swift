/// The key streams under the `embedding-parameters` key, told apart by their nonce: a purpose byte, two arguments, nine zeros.
enum EmbeddingKeyStream {
    /// Enciphers the parameter block.
    case parameters
    /// Is the key of the parameter block's check.
    case check
    /// Enciphers what one pass of the reversible method embeds.
    case pass(index: Int, salt: UInt8)
    /// Enciphers the payload of the least-significant-bit method.
    case leastSignificantBits
    /// Enciphers a parameter block that is coded into wet paper.
    case wetParameters
    /// Enciphers the description of the region that stays as it is.
    case regionMask
    /// Enciphers the payload of a method that codes: `hamming`, `stc`.
    case payload(method: UInt8)
    /// The choice of the samples that are the fixed corners of ``EdgeLattice``.
    case lattice
    /// In which directions samples change where both will do. The extractor does not need it.
    case directions

    private var nonce: [UInt8] {
        let start: [UInt8] =
            switch self {
            case .parameters: [1, 0, 0]
            case .check: [2, 0, 0]
            case .pass(let index, let salt): [3, UInt8(truncatingIfNeeded: index), salt]
            case .leastSignificantBits: [4, 0, 0]
            case .wetParameters: [5, 0, 0]
            case .regionMask: [6, 0, 0]
            case .payload(let method): [7, method, 0]
            case .lattice: [8, 0, 0]
            case .directions: [9, 0, 0]
            }
        return start + [UInt8](repeating: 0, count: 9)
    }

    func bytes(_ byteCount: Int, key: InstanceKey) -> [UInt8] {
        KeyStream.bytes(byteCount, key: key.key(for: .embeddingParameters), nonce: nonce)
    }

    func combined(_ bytes: [UInt8], key: InstanceKey) -> [UInt8] {
        KeyStream.combined(bytes, key: key.key(for: .embeddingParameters), nonce: nonce)
    }
}

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

extension InstanceKey {
    /// For trials whose result is only counted: how much fits depends on the key a little, and no key is at hand.
    static let forTrials = StudyKey(constant: 0).instanceKey(for: "trial")
}
