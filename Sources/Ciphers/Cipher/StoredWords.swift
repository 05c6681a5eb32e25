/// Words of 8 or 16 allocated bits, taken apart into the stored bits and the bits around them (DICOM PS3.5 section 8.1.1).
///
/// Ciphers see the stored bits alone. The other bits, where old files keep overlays, stay as they are.
public struct StoredWords: Hashable, Sendable {
    private let others: [UInt16]
    private let shift: UInt16
    private let bits: Int

    /// The stored bits as unsigned patterns.
    public let patterns: [UInt16]

    /// - Parameters:
    ///   - words: as allocated.
    ///   - bitsAllocated: 8 or 16.
    ///   - bitsStored: 1 … bitsAllocated.
    ///   - highBit: the highest stored bit, bitsStored − 1 … bitsAllocated − 1.
    /// - Throws: ``CipherError`` `invalidParameter` outside these ranges.
    public init(_ words: [UInt16], bitsAllocated: Int, bitsStored: Int, highBit: Int) throws(CipherError) {
        guard bitsAllocated == 8 || bitsAllocated == 16, (1...bitsAllocated).contains(bitsStored),
            (bitsStored - 1..<bitsAllocated).contains(highBit)
        else {
            throw CipherError(
                .invalidParameter, "\(bitsStored) stored bits with high bit \(highBit) are not within \(bitsAllocated) allocated bits")
        }
        bits = bitsStored
        shift = UInt16(highBit + 1 - bitsStored)
        let mask = UInt16(truncatingIfNeeded: (1 << bitsStored) - 1) << shift
        let (shift, keep) = (shift, ~mask)
        patterns = words.map { ($0 & mask) >> shift }
        others = words.map { $0 & keep }
    }

    /// The words with other stored bits.
    ///
    /// - Throws: ``CipherError`` `invalidShape` for another number of patterns, `sampleOutOfRange` for one of more bits.
    public func words(with patterns: [UInt16]) throws(CipherError) -> [UInt16] {
        guard patterns.count == others.count else {
            throw CipherError(.invalidShape, "\(patterns.count) patterns for \(others.count) words")
        }
        let limit = (1 << bits) - 1
        guard patterns.allSatisfy({ Int($0) <= limit }) else {
            throw CipherError(.sampleOutOfRange, "a pattern does not fit into \(bits) bits")
        }
        return zip(patterns, others).map { $0 << shift | $1 }
    }
}
