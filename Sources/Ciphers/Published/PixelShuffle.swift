import Crypto

/// `pixel-shuffle`: the samples of a frame in an order that mean and entropy decide; Kester and others: A Cryptographic Technique for
/// Security of Medical Images in Health Information Systems, Procedia Computer Science 58 (2015).
///
/// A permutation changes neither mean nor entropy. So the receiver can compute them from the ciphertext, and so can every other reader of it.
public struct PixelShuffle: FrameCipher {
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

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(try orderKey(of: frame, key), "permutation")
        try FisherYatesShuffle.shuffle(&frame.samples, with: &stream)
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(try orderKey(of: frame, key), "permutation")
        try FisherYatesShuffle.unshuffle(&frame.samples, with: &stream)
    }

    /// SHA-256 of mean and entropy (``HistogramStatistics``), behind 32 bytes of key in the keyed variant.
    private func orderKey(of frame: FrameGrid, _ key: StageKey) throws(CipherError) -> StageKey {
        var hash = SHA256()
        if variant == .keyed { hash.update(data: key.derivedBytes("order", byteCount: 32)) }
        hash.update(data: HistogramStatistics(of: frame.samples, bits: frame.bits).bytes)
        return try StageKey(bytes: Array(hash.finalize()))
    }
}

/// Mean and entropy of samples in fixed point, so that every machine computes the same bytes.
struct HistogramStatistics: Hashable {
    /// floor(2^32 · sum / count).
    let mean: UInt64
    /// Entropy in bits as a multiple of 2^−32: L(count) − floor(Σ n · L(n) / count) over the levels' numbers n, with
    /// L = ``FixedPointLogarithm``.
    let entropy: UInt64

    init(of samples: [UInt16], bits: Int) {
        var histogram = [UInt64](repeating: 0, count: 1 << bits)
        var sum: UInt64 = 0
        for sample in samples {
            histogram[Int(sample)] += 1
            sum += UInt64(sample)
        }
        let count = UInt64(max(1, samples.count))
        mean = UInt64(truncatingIfNeeded: (UInt128(sum) << 32) / UInt128(count))
        var weighted: UInt128 = 0
        for number in histogram where number > 1 { weighted += UInt128(number) * UInt128(FixedPointLogarithm.base2(number)) }
        entropy = FixedPointLogarithm.base2(count) - UInt64(truncatingIfNeeded: weighted / UInt128(count))
    }

    /// Mean, then entropy, each in 8 bytes, big endian.
    var bytes: [UInt8] { [mean, entropy].flatMap { value in withUnsafeBytes(of: value.bigEndian) { Array($0) } } }
}

/// Logarithms of whole numbers by repeated squaring.
enum FixedPointLogarithm {
    /// log2 as a multiple of 2^−32, rounded down bit by bit: the mantissa, on 63 binary places, is squared 32 times; each square at or above
    /// 2 gives a one and is halved; places below the last one are cut off.
    ///
    /// - Parameter value: at least 1.
    static func base2(_ value: UInt64) -> UInt64 {
        let whole = UInt64(63 - value.leadingZeroBitCount)
        var mantissa = value << UInt64(value.leadingZeroBitCount)
        var fraction: UInt64 = 0
        for _ in 0..<32 {
            let square = mantissa.multipliedFullWidth(by: mantissa)
            fraction <<= 1
            if square.high >> 63 == 1 {
                fraction |= 1
                mantissa = square.high
            } else {
                mantissa = square.high << 1 | square.low >> 63
            }
        }
        return whole << 32 | fraction
    }
}
