/// DNA coding as an inner stage: number 1.
enum DNAStage: InnerStage {
    static let number: UInt8 = 1
    static let name = "dna"

    static func apply(to bytes: [UInt8], keys: InnerStageKeys) -> [UInt8] {
        var bytes = bytes
        DNACipher(streams: DNAKeyStreams(byteCount: bytes.count, keys: keys)).encrypt(&bytes)
        return bytes
    }

    static func undo(_ bytes: [UInt8], keys: InnerStageKeys) -> [UInt8] {
        var bytes = bytes
        DNACipher(streams: DNAKeyStreams(byteCount: bytes.count, keys: keys)).decrypt(&bytes)
        return bytes
    }
}

/// The two key streams of the DNA stage, 16 bytes of each for every block of 64 bases (16 bytes of data).
///
/// The layout of a block of the `rules` stream (all words little endian):
///
/// | bytes | what |
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

    /// The streams for data of this length; the same keys give the same streams.
    init(byteCount: Int, keys: InnerStageKeys) {
        let padded = (byteCount + Self.blockByteCount - 1) / Self.blockByteCount * Self.blockByteCount
        rules = keys.stream("rules", byteCount: padded)
        strand = keys.stream("strand", byteCount: padded)
    }

    /// Given streams, for vectors and tests.
    ///
    /// - Returns: nil unless both have the same whole number of blocks.
    init?(rules: [UInt8], strand: [UInt8]) {
        guard rules.count == strand.count, rules.count % Self.blockByteCount == 0 else { return nil }
        self.rules = rules
        self.strand = strand
    }
}
