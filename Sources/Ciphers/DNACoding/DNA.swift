/// `dna`: DNA coding (``DNACipher``) of the packed samples of a frame, under two key streams of AES-256-CTR.
///
/// Bases beyond the last sample are left out. Where the number of bits is odd, the last bit is half a base: it is combined by XOR with the
/// same bit of the key strand instead.
public struct DNA: FrameCipher {
    public let name = CipherName.dna.rawValue
    public let strength = CipherStrength.sound

    public init() {}

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try transform(&frame, key) { $0.encrypt(&$1) }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try transform(&frame, key) { $0.decrypt(&$1) }
    }

    /// A multiple of 128 samples fills whole blocks of 64 bases, whatever the bits of a sample; so many stay in a processor's cache.
    private static let partSampleCount = 1 << 13

    private func transform(_ frame: inout FrameGrid, _ key: StageKey, _ step: (DNACipher, inout [UInt8]) -> Void) throws(CipherError) {
        var rules = try PseudorandomStream(key, "rules")
        var strand = try PseudorandomStream(key, "strand")
        for start in stride(from: 0, to: frame.samples.count, by: Self.partSampleCount) {
            let part = start..<min(start + Self.partSampleCount, frame.samples.count)
            var bytes = PackedSamples.pack(frame.samples[part], bits: frame.bits)
            let streams = DNAKeyStreams(
                rules: try rules.bytes(DNAKeyStreams.byteCount(for: bytes.count)),
                strand: try strand.bytes(DNAKeyStreams.byteCount(for: bytes.count)))
            guard let streams else { throw CipherError(.library, "two key streams of different lengths") }
            let last = bytes[bytes.count - 1]
            step(DNACipher(streams: streams), &bytes)
            Self.finish(&bytes, bitCount: part.count * frame.bits, last: last, strand: streams.strand)
            let bits = frame.bits
            try frame.samples.withUnsafeMutableBufferPointer { (samples: inout UnsafeMutableBufferPointer<UInt16>) throws(CipherError) in
                try PackedSamples.unpack(bytes[...], bits: bits, into: UnsafeMutableBufferPointer(rebasing: samples[part]))
            }
        }
    }

    /// Leaves out the bases behind the last sample, and combines half a base by XOR.
    private static func finish(_ bytes: inout [UInt8], bitCount: Int, last: UInt8, strand: [UInt8]) {
        guard bitCount % 8 != 0 else { return }
        let lastBit = UInt8(truncatingIfNeeded: (bitCount - 1) % 8)
        if bitCount % 2 == 1 {
            let bit = (last ^ strand[bytes.count - 1]) & 1 << lastBit
            bytes[bytes.count - 1] = bytes[bytes.count - 1] & ~(1 << lastBit) | bit
        }
        bytes[bytes.count - 1] &= UInt8(truncatingIfNeeded: (1 << (bitCount % 8)) - 1)
    }
}

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
