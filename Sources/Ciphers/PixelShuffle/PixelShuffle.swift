import Crypto

/// `pixel-shuffle`: the samples of a frame in an order that mean and entropy decide; Kester and others: A Cryptographic Technique for
/// Security of Medical Images in Health Information Systems, Procedia Computer Science 58 (2015).
///
/// A permutation changes neither mean nor entropy. So the receiver can compute them from the ciphertext, and so can every other reader of it.
public struct PixelShuffle: SheetCipher {
    public enum Variant: Hashable, Sendable {
        /// The order comes from mean and entropy alone, as published: no secret is in it.
        case published
        /// The order comes from the stage key; mean and entropy only keep the orders of different images apart.
        case keyed
    }

    public let name = CipherName.pixelShuffle.rawValue
    public let strength = CipherStrength.legacy("the histogram stays; as published, it is the key")
    public let variant: Variant

    public init(_ variant: Variant = .keyed) { self.variant = variant }

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(try orderKey(of: sheet, key), "permutation")
        try FisherYatesShuffle.shuffle(&sheet.samples, with: &stream)
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(try orderKey(of: sheet, key), "permutation")
        try FisherYatesShuffle.unshuffle(&sheet.samples, with: &stream)
    }

    /// SHA-256 of mean and entropy (``HistogramStatistics``), behind 32 bytes of key in the keyed variant.
    private func orderKey(of sheet: Sheet, _ key: StageKey) throws(CipherError) -> StageKey {
        var hash = SHA256()
        if variant == .keyed { hash.update(data: key.derivedBytes("order", byteCount: 32)) }
        hash.update(data: HistogramStatistics(of: sheet.samples, bits: sheet.bits).bytes)
        return try StageKey(bytes: Array(hash.finalize()))
    }
}
