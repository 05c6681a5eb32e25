/// Reproducible bytes for property tests: SplitMix64 of a seed that every test names in its arguments.
struct ByteSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Bytes without structure.
    mutating func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// Bytes with repetitions, pieces of the dictionary and noise between: what a header looks like to a compressor.
    mutating func headerLike(_ count: Int, dictionary: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let length = Int.random(in: 1...200, using: &self)
            switch UInt8.random(in: 0...3, using: &self) {
            case 0: bytes += noise(length / 8 + 1)
            case 1: bytes += [UInt8](repeating: .random(in: 0...3, using: &self), count: length)
            default:
                let start = Int.random(in: 0...(dictionary.count - length), using: &self)
                bytes += dictionary[start..<start + length]
            }
        }
        return Array(bytes.prefix(count))
    }
}
