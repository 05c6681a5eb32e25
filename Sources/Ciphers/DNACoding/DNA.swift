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

    private func transform(_ sheet: inout Sheet, _ key: StageKey, _ step: (DNACipher, inout [UInt8]) -> Void) throws(CipherError) {
        var bytes = PackedSamples.pack(sheet.samples, bits: sheet.bits)
        let streams = try DNAKeyStreams(for: bytes.count) { (use, byteCount) throws(CipherError) in
            var stream = try PseudorandomStream(key, use == "rules" ? "rules" : "strand")
            return try stream.bytes(byteCount)
        }
        let bitCount = sheet.samples.count * sheet.bits
        let last = bytes[bytes.count - 1]
        step(DNACipher(streams: streams), &bytes)
        if bitCount % 8 != 0 {
            let lastBit = UInt8(truncatingIfNeeded: (bitCount - 1) % 8)
            if bitCount % 2 == 1 {
                let bit = (last ^ streams.strand[bytes.count - 1]) & 1 << lastBit
                bytes[bytes.count - 1] = bytes[bytes.count - 1] & ~(1 << lastBit) | bit
            }
            bytes[bytes.count - 1] &= UInt8(truncatingIfNeeded: (1 << (bitCount % 8)) - 1)
        }
        sheet.samples = try PackedSamples.unpack(bytes[...], count: sheet.samples.count, bits: sheet.bits)
    }
}
