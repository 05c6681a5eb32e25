/// Reads `pixel-shuffle` as published: mean and entropy of the ciphertext are those of the image, and they are the key.
public struct HistogramKeyAttack: Attack {
    public let model = AttackModel.ciphertextOnly
    public let summary = "mean and entropy survive the shuffle, and they are the key"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        // The published variant looks at no key: any will do.
        try PixelShuffle(.published).decrypt(target, key: try StageKey(bytes: [UInt8](repeating: 0, count: StageKey.byteCount)))
    }
}

/// Tells which of some images `huffman-blowfish` enciphered: by the size alone.
public struct SizeLeakAttack: Attack {
    public let model = AttackModel.ciphertextOnly
    public let summary = "the size tells which of the images it is"
    private let candidates: [Plane]

    /// - Parameter candidates: images, one of which was enciphered.
    public init(candidates: [Plane]) { self.candidates = candidates }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let size = try target.container().count - PlaneCoding.headerByteCount
        let fitting = candidates.filter { HuffmanBlowfish.compress($0).count == size }
        guard let only = fitting.first, fitting.count == 1 else {
            throw CipherError(.attackNotApplicable, "\(fitting.count) of the images have this size")
        }
        return only
    }
}

/// Reads the modular scheme of `homomorphic` from its ciphertext alone, knowing that its first seventeen samples are equal, as background is.
///
/// With c(j) = A(w(j)q + i) mod p, differences of ciphertexts of equal samples are Aq(w(j) − w(k)). The quotient of two of them modulo p is a
/// fraction of two numbers of 201 bits, and a fraction of numbers below √(p/2) is found by Euclid's algorithm (Wang, Guy, Davenport:
/// P-adic reconstruction of rational numbers, 1982). The numerators' least common multiple is the first difference, since hardly any
/// factor of it is cancelled in all fifteen; it gives Aq; then a
/// sample that differs from the first gives (wq + i)/q, and so q, A, and the image.
public struct RationalReconstructionAttack: Attack {
    static let equalSampleCount = 17

    public let model = AttackModel.ciphertextOnly
    public let summary = "seventeen samples of background give the key by rational reconstruction"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let bytes = try target.container()
        let shape = try PlaneCoding.Shape(bytes[...])
        let size = ModularCipher.modulusBits / 8
        let body = bytes[PlaneCoding.headerByteCount...]
        guard body.count == (shape.sampleCount + 1) * size, shape.sampleCount > Self.equalSampleCount else {
            throw CipherError(.attackNotApplicable, "this attack takes at least \(Self.equalSampleCount + 1) numbers")
        }
        func number(_ index: Int) throws(CipherError) -> BigNumber {
            let start = body.startIndex + (index + 1) * size
            return try BigNumber(Array(body[start..<start + size]))
        }
        let arithmetic = try BigArithmetic()
        let modulus = try number(-1)
        let origin = try number(0)
        let first = try arithmetic.remainder(try arithmetic.difference(try number(1), origin), modulus)

        // |w(1) − w(0)|, up to its sign, from fractions with it as numerator.
        var step = try BigNumber(1)
        let bound = ModularCipher.noiseBits + 1
        for index in 2..<Self.equalSampleCount {
            let other = try arithmetic.remainder(try arithmetic.difference(try number(index), origin), modulus)
            let quotient = try arithmetic.product(first, try arithmetic.inverse(other, modulo: modulus), modulo: modulus)
            let (numerator, _) = try Self.fraction(quotient, modulus, numeratorBits: bound, arithmetic)
            let common = try arithmetic.greatestCommonDivisor(step, numerator)
            step = try arithmetic.product(step, try arithmetic.quotient(numerator, common))
        }
        guard step.bitCount <= bound else { throw CipherError(.attackNotApplicable, "the first samples are not all equal") }
        // Aq, or −Aq.
        let scale = try arithmetic.product(first, try arithmetic.inverse(step, modulo: modulus), modulo: modulus)
        let inverse = try arithmetic.inverse(scale, modulo: modulus)

        for index in Self.equalSampleCount..<shape.sampleCount {
            let difference = try arithmetic.remainder(try arithmetic.difference(try number(index), origin), modulus)
            let quotient = try arithmetic.product(difference, inverse, modulo: modulus)
            let (_, message) = try Self.fraction(
                quotient, modulus, numeratorBits: ModularCipher.noiseBits + ModularCipher.messageBits + 1, arithmetic)
            guard message.bitCount == ModularCipher.messageBits else { continue }
            // The denominator is q where the difference of the samples is not 0 and has no divisor in common with q.
            let multiplier = try arithmetic.product(scale, try arithmetic.inverse(message, modulo: modulus), modulo: modulus)
            for candidate in [multiplier, try arithmetic.difference(modulus, multiplier)] {
                if let samples = try? ModularCipher.decrypt(
                    body.dropFirst(size), multiplier: candidate, modulus: modulus, message: message, arithmetic),
                    let plane = try? shape.plane(samples)
                {
                    return plane
                }
            }
        }
        throw CipherError(.attackNotApplicable, "no sample differs from the first")
    }

    /// Numerator (its magnitude) and denominator of the fraction that a number stands for modulo p.
    ///
    /// - Parameter numeratorBits: the numerator is below 2 to this power; Euclid's algorithm stops at the first remainder that is.
    static func fraction(
        _ number: BigNumber, _ modulus: BigNumber, numeratorBits: Int, _ arithmetic: BigArithmetic
    ) throws(CipherError) -> (numerator: BigNumber, denominator: BigNumber) {
        var (remainders, factors) = ((modulus, number), (try BigNumber(0), try BigNumber(1)))
        while remainders.1.bitCount > numeratorBits {
            let quotient = try arithmetic.quotient(remainders.0, remainders.1)
            let remainder = try arithmetic.difference(remainders.0, try arithmetic.product(quotient, remainders.1))
            let factor = try arithmetic.difference(factors.0, try arithmetic.product(quotient, factors.1))
            (remainders, factors) = ((remainders.1, remainder), (factors.1, factor))
        }
        return (remainders.1, factors.1.isNegative ? try arithmetic.difference(try BigNumber(0), factors.1) : factors.1)
    }
}
