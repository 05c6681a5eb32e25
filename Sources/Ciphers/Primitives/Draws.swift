import CShuffle

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
