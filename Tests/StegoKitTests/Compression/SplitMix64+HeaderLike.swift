import SeededRandomness

extension SplitMix64 {
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
