/// `quantum-des`: DES in counter mode over the packed samples.
///
/// After Alowolodu and others: Medical Image Security Using Quantum Cryptography, IISIT 15 (2018). However the two sides agreed on the
/// key, DES has 56 bits of it, which a search finds (``DESKeySearch``), and blocks of 64 bits. A new key every 4 MiB changes nothing
/// of the former.
public struct QuantumDES: SheetCipher {
    public let name = CipherName.quantumDES.rawValue
    public let strength = CipherStrength.legacy("56 bits of key are searched")

    public init() {}

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        let byteCount = PackedSamples.byteCount(samples: sheet.samples.count, bits: sheet.bits)
        let stream = try LegacyCounterMode.stream(.des, byteCount: byteCount) { Self.key(key, segment: $0) }
        PackedSamples.combine(&sheet.samples, bits: sheet.bits, with: stream)
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) { try encrypt(&sheet, key: key) }

    /// 8 bytes of odd parity.
    static func key(_ key: StageKey, segment: Int) -> [UInt8] {
        withOddParity(key.derivedBytes("des \(segment)", byteCount: 8))
    }

    /// The lowest bit of each byte set so that the byte has an odd number of ones (FIPS 46-3).
    static func withOddParity(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { byte in (byte & 0xFE) | UInt8(1 - (byte & 0xFE).nonzeroBitCount & 1) }
    }
}
