public import SeededRandomness

extension SplitMix64 {
    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 20) } }

    public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
