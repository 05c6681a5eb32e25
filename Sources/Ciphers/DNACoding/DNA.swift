/// `dna`: DNA coding (``DNACipher``) of the packed samples of a frame, under two key streams of AES-256-CTR.
///
/// Bases beyond the last sample are left out. Where the number of bits is odd, the last bit is half a base: it is combined by XOR with the
/// same bit of the key strand instead.
public struct DNA: SheetCipher {
    public let name = CipherName.dna.rawValue
    public let strength = CipherStrength.sound

    public init() {}

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        try transform(&sheet, key) { $0.encrypt(&$1) }
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        try transform(&sheet, key) { $0.decrypt(&$1) }
    }

    /// A multiple of 128 samples fills whole blocks of 64 bases, whatever the bits of a sample; so many stay in a processor's cache.
    private static let partSampleCount = 1 << 13

    private func transform(_ sheet: inout Sheet, _ key: StageKey, _ step: (DNACipher, inout [UInt8]) -> Void) throws(CipherError) {
        var rules = try PseudorandomStream(key, "rules")
        var strand = try PseudorandomStream(key, "strand")
        for start in stride(from: 0, to: sheet.samples.count, by: Self.partSampleCount) {
            let part = start..<min(start + Self.partSampleCount, sheet.samples.count)
            var bytes = PackedSamples.pack(sheet.samples[part], bits: sheet.bits)
            let streams = DNAKeyStreams(
                rules: try rules.bytes(DNAKeyStreams.byteCount(for: bytes.count)),
                strand: try strand.bytes(DNAKeyStreams.byteCount(for: bytes.count)))
            guard let streams else { throw CipherError(.library, "two key streams of different lengths") }
            let last = bytes[bytes.count - 1]
            step(DNACipher(streams: streams), &bytes)
            Self.finish(&bytes, bitCount: part.count * sheet.bits, last: last, strand: streams.strand)
            let bits = sheet.bits
            try sheet.samples.withUnsafeMutableBufferPointer { (samples: inout UnsafeMutableBufferPointer<UInt16>) throws(CipherError) in
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
