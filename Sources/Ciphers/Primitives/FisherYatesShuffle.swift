import CShuffle

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

/// Draws of sixty-four numbers, below limits that fall by one from number to number: the high halves of word · limit
/// (``PseudorandomStream/next(below:)``).
struct Draws: Equatable {
    static let count = Int(CShuffle_count)

    /// Whether a low half was below the first limit; only such a number may have to be drawn again.
    let mayReject: Bool
    /// Whether every number, as an element of a shuffle, is below the four elements that it was drawn with: below limit − 4 of the first
    /// of the four.
    let areApart: Bool

    private static let isVectorised = CShuffle_is_supported()

    /// - Parameters:
    ///   - words: as the stream has them, four bytes for each number.
    ///   - limit: of the first number, more than ``count`` and at most 2^31.
    ///   - numbers: as many as the words.
    static func draw(_ words: UnsafeRawBufferPointer, below limit: UInt32, into numbers: UnsafeMutableBufferPointer<UInt32>) -> Draws {
        precondition(words.count == 4 * count && numbers.count == count)
        // The buffers have the sizes that the function asks for.
        guard isVectorised, let source = words.baseAddress, let target = numbers.baseAddress else {
            return drawSimply(words, below: limit, into: numbers)
        }
        let draws = CShuffle_draw(source.assumingMemoryBound(to: UInt32.self), limit, target)
        return Draws(mayReject: draws.may_reject, areApart: draws.are_apart)
    }

    /// The same, number by number.
    static func drawSimply(
        _ words: UnsafeRawBufferPointer, below limit: UInt32, into numbers: UnsafeMutableBufferPointer<UInt32>
    ) -> Draws {
        var (mayReject, areApart) = (false, true)
        for index in numbers.indices {
            let word = UInt32(littleEndian: words.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
            let product = UInt64(word) &* UInt64(limit &- UInt32(truncatingIfNeeded: index))
            numbers[index] = UInt32(truncatingIfNeeded: product &>> 32)
            mayReject = mayReject || UInt32(truncatingIfNeeded: product) < limit
            areApart = areApart && numbers[index] < limit &- UInt32(truncatingIfNeeded: index / 4 * 4 + 4)
        }
        return Draws(mayReject: mayReject, areApart: areApart)
    }
}
