/// The two key streams of DNA coding, 16 bytes of each for every block of 64 bases (16 bytes of data).
///
/// The layout of a block of the `rules` stream (all words little endian):
///
/// | bytes | content |
/// | ----- | ---- |
/// | 0–7   | complement mask M: bit 2j governs base j of the first word, bit 2j + 1 base j of the second |
/// | 8     | bits 0–2 input rule, bits 3–5 output rule |
/// | 9     | operation selector v: 3v div 256 = 0 addition, 1 subtraction, 2 XOR |
/// | 10–15 | not used |
///
/// A block of the `strand` stream is the key strand itself, its labels in the same order as the data's.
/// "Base j of a word" is the pair of bits 2j and 2j + 1 of the word read little endian from 8 bytes.
public struct DNAKeyStreams: Sendable {
    static let blockByteCount = 16

    let rules: [UInt8]
    let strand: [UInt8]

    /// - Returns: nil unless both have the same whole number of blocks.
    public init?(rules: [UInt8], strand: [UInt8]) {
        guard rules.count == strand.count, rules.count % Self.blockByteCount == 0 else { return nil }
        self.rules = rules
        self.strand = strand
    }

    /// The length that streams for data of some length have, in bytes.
    public static func byteCount(for dataByteCount: Int) -> Int {
        (dataByteCount + blockByteCount - 1) / blockByteCount * blockByteCount
    }

    /// Streams from a source of key stream.
    ///
    /// - Parameters:
    ///   - dataByteCount: of the data that they transform.
    ///   - stream: so many bytes for one of the two uses, "rules" and "strand".
    public init<Failure: Error>(
        for dataByteCount: Int, _ stream: (_ use: String, _ byteCount: Int) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        let byteCount = Self.byteCount(for: dataByteCount)
        let (rules, strand) = (try stream("rules", byteCount), try stream("strand", byteCount))
        precondition(rules.count == byteCount && strand.count == byteCount, "a source gives as many bytes as it is asked for")
        self.rules = rules
        self.strand = strand
    }
}
