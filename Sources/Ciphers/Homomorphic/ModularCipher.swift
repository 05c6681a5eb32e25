/// The homomorphic scheme as published: E(i) = a^g · (w·q + i) mod p with a fresh w for each sample; D(c) = (c · a^−g mod p) mod q.
///
/// Vengadapurvaja, Nisha, Aarthy, Sasikaladevi: An Efficient Homomorphic Medical Image Encryption Algorithm For Cloud Storage Security,
/// Procedia Computer Science 115 (2017). The prime p is public. A few samples of the same value are enough to find everything
/// else (``RationalReconstructionAttack``).
struct ModularCipher {
    static let modulusBits = 512
    static let messageBits = 96
    static let noiseBits = 200

    let modulus: BigNumber
    private let message: BigNumber
    /// a^g mod p.
    private let multiplier: BigNumber
    private let arithmetic: BigArithmetic

    /// p and q are primes from the streams "prime p" and "prime q"; a (64 bytes, reduced modulo p) and g (16 bytes) come from "key".
    init(_ key: StageKey) throws(CipherError) {
        arithmetic = try BigArithmetic()
        var stream = try PseudorandomStream(key, "prime p")
        modulus = try arithmetic.prime(bits: Self.modulusBits, &stream)
        var second = try PseudorandomStream(key, "prime q")
        message = try arithmetic.prime(bits: Self.messageBits, &second)
        var third = try PseudorandomStream(key, "key")
        let base = try arithmetic.remainder(try BigNumber(try third.bytes(64)), modulus)
        multiplier = try arithmetic.power(base, try BigNumber(try third.bytes(16)), modulo: modulus)
    }

    /// 64 bytes for each sample, big endian. Each w is 25 bytes of the stream "noise", its highest bit set.
    func encrypt(_ samples: [UInt16], key: StageKey) throws(CipherError) -> [UInt8] {
        var noise = try PseudorandomStream(key, "noise")
        var result: [UInt8] = []
        result.reserveCapacity(samples.count * Self.modulusBits / 8)
        for sample in samples {
            var bytes = try noise.bytes(Self.noiseBits / 8)
            bytes[0] |= 0x80
            let masked = try arithmetic.sum(
                try arithmetic.product(try BigNumber(bytes), message), try BigNumber(UInt64(sample)))
            result += try arithmetic.product(multiplier, masked, modulo: modulus).bytes(Self.modulusBits / 8)
        }
        return result
    }

    /// - Throws: ``CipherError`` `malformed` for a value of more than 16 bits.
    func decrypt(_ bytes: ArraySlice<UInt8>) throws(CipherError) -> [UInt16] {
        try Self.decrypt(bytes, multiplier: multiplier, modulus: modulus, message: message, arithmetic)
    }

    static func decrypt(
        _ bytes: ArraySlice<UInt8>, multiplier: BigNumber, modulus: BigNumber, message: BigNumber, _ arithmetic: BigArithmetic
    ) throws(CipherError) -> [UInt16] {
        let inverse = try arithmetic.inverse(multiplier, modulo: modulus)
        var samples: [UInt16] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: modulusBits / 8) {
            let number = try BigNumber(Array(bytes[start..<start + modulusBits / 8]))
            let masked = try arithmetic.product(number, inverse, modulo: modulus)
            let value = try arithmetic.remainder(masked, message)
            guard value.bitCount <= 16 else { throw CipherError(.malformed, "a deciphered number is larger than a sample") }
            samples.append(UInt16(truncatingIfNeeded: try value.integer()))
        }
        return samples
    }
}
