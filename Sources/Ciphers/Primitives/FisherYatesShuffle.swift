/// Uniform permutations by Fisher and Yates (Durstenfeld, Algorithm 235, 1964): for i = n − 1 … 1, the elements i and j ≤ i are exchanged.
enum FisherYatesShuffle {
    /// Exchanges samples in place.
    ///
    /// The numbers are drawn in sections (``ExchangeSection``), so that the shuffle can be undone from its end without holding all of them.
    ///
    /// - Parameter samples: at most 2^31.
    static func shuffle(_ samples: inout [UInt16], with stream: inout PseudorandomStream) throws(CipherError) {
        var section = ExchangeSection()
        for number in 0..<ExchangeSection.count(of: samples.count) {
            try section.draw(number, of: samples.count, from: &stream)
            samples.withUnsafeMutableBufferPointer { section.exchange($0) }
        }
    }

    /// Undoes ``shuffle(_:with:)``.
    static func unshuffle(_ samples: inout [UInt16], with stream: inout PseudorandomStream) throws(CipherError) {
        var section = ExchangeSection()
        for number in (0..<ExchangeSection.count(of: samples.count)).reversed() {
            try section.draw(number, of: samples.count, from: &stream)
            samples.withUnsafeMutableBufferPointer { section.undo($0) }
        }
    }

    /// The permutation that takes element `result[i]` to place i.
    ///
    /// - Parameters:
    ///   - count: below 2^32.
    ///   - word: uniform numbers of 32 bits.
    static func permutation(_ count: Int, _ word: () throws(CipherError) -> UInt32) throws(CipherError) -> [Int] {
        var result = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            let limit = UInt32(truncatingIfNeeded: index + 1)
            var product = UInt64(try word()) &* UInt64(limit)
            if UInt32(truncatingIfNeeded: product) < limit {
                let rejected = (0 &- limit) % limit
                while UInt32(truncatingIfNeeded: product) < rejected { product = UInt64(try word()) &* UInt64(limit) }
            }
            result.swapAt(index, Int(product >> 32))
        }
        return result
    }

    static func inverse(_ permutation: [Int]) -> [Int] {
        var result = permutation
        for (place, element) in permutation.enumerated() { result[element] = place }
        return result
    }
}
