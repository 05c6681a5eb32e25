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
    /// Which samples are the fixed corners of ``EdgeLattice``.
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
