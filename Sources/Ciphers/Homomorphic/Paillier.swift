/// Enciphers numbers and adds enciphered ones; Paillier: Public-Key Cryptosystems Based on Composite Degree Residuosity
/// Classes, EUROCRYPT 1999, with the generator n + 1.
public struct PaillierPublicKey: Sendable {
    let modulus: BigNumber
    let square: BigNumber

    /// - Parameter modulus: n, big endian; the product of two primes of the same length.
    /// - Throws: ``CipherError`` `invalidKey` for fewer than 128 or more than 16 384 bits, or an even number.
    public init(modulus: [UInt8]) throws(CipherError) {
        guard modulus.count >= 16, modulus.count <= 2048, let last = modulus.last, last & 1 == 1 else {
            throw CipherError(.invalidKey, "\(modulus.count) bytes are no modulus of this scheme")
        }
        try self.init(try BigNumber(modulus))
    }

    init(_ modulus: BigNumber) throws(CipherError) {
        self.modulus = modulus
        square = try BigArithmetic().product(modulus, modulus)
    }

    /// Bytes of a ciphertext.
    public var ciphertextByteCount: Int { (square.bitCount + 7) / 8 }

    /// Bits that every number below n has room for.
    public var messageBits: Int { modulus.bitCount - 1 }

    /// (1 + m·n) · r^n mod n².
    ///
    /// - Parameters:
    ///   - message: below n.
    ///   - random: 1 … n − 1, without a divisor in common with n; fresh for every message.
    func encrypt(_ message: BigNumber, random: BigNumber, _ arithmetic: BigArithmetic) throws(CipherError) -> BigNumber {
        guard message < modulus, !message.isNegative else { throw CipherError(.invalidParameter, "a message above the modulus") }
        let masked = try arithmetic.sum(try arithmetic.product(message, modulus), try BigNumber(1))
        return try arithmetic.product(masked, try arithmetic.power(random, modulus, modulo: square), modulo: square)
    }

    /// The ciphertext of the sum of the messages, modulo n.
    func sum(_ left: BigNumber, _ right: BigNumber, _ arithmetic: BigArithmetic) throws(CipherError) -> BigNumber {
        try arithmetic.product(left, right, modulo: square)
    }
}

/// Opens ciphertexts of its public key.
public struct PaillierPrivateKey: Sendable {
    public static let standardModulusBits = 2048

    public let publicKey: PaillierPublicKey
    private let p, q: Half
    /// p^−1 mod q.
    private let inverse: BigNumber

    /// The key that a stage key determines: primes of half the bits from the streams "prime p" and "prime q".
    ///
    /// - Parameter modulusBits: 256 … 8192, a multiple of 16; 2048 or more protects, fewer are for tests.
    /// - Throws: ``CipherError`` `invalidParameter`, `library`.
    public init(_ key: StageKey, modulusBits: Int = Self.standardModulusBits) throws(CipherError) {
        guard (256...8192).contains(modulusBits), modulusBits % 16 == 0 else {
            throw CipherError(.invalidParameter, "no modulus of \(modulusBits) bits")
        }
        let arithmetic = try BigArithmetic()
        var first = try PseudorandomStream(key, "prime p")
        let p = try arithmetic.prime(bits: modulusBits / 2, &first)
        var second = try PseudorandomStream(key, "prime q")
        let q = try arithmetic.prime(bits: modulusBits / 2, &second)
        guard p != q else { throw CipherError(.invalidKey, "the two primes are the same") }
        try self.init(p: p, q: q)
    }

    init(p: BigNumber, q: BigNumber) throws(CipherError) {
        let arithmetic = try BigArithmetic()
        let modulus = try arithmetic.product(p, q)
        publicKey = try PaillierPublicKey(modulus)
        self.p = try Half(p, modulus: modulus, arithmetic)
        self.q = try Half(q, modulus: modulus, arithmetic)
        inverse = try arithmetic.inverse(p, modulo: q)
    }

    /// The message, 0 … n − 1: modulo p and modulo q, then put together (Paillier 1999, section 7).
    func decrypt(_ ciphertext: BigNumber, _ arithmetic: BigArithmetic) throws(CipherError) -> BigNumber {
        guard !ciphertext.isZero, ciphertext < publicKey.square else {
            throw CipherError(.malformed, "a number is no ciphertext of this key")
        }
        let (left, right) = (try p.decrypt(ciphertext, arithmetic), try q.decrypt(ciphertext, arithmetic))
        let step = try arithmetic.remainder(
            try arithmetic.product(try arithmetic.difference(right, left), inverse), q.prime)
        return try arithmetic.sum(left, try arithmetic.product(p.prime, step))
    }

    /// The constants for deciphering modulo one of the primes.
    private struct Half: Sendable {
        let prime: BigNumber
        let square: BigNumber
        let exponent: BigNumber
        let factor: BigNumber

        init(_ prime: BigNumber, modulus: BigNumber, _ arithmetic: BigArithmetic) throws(CipherError) {
            self.prime = prime
            square = try arithmetic.product(prime, prime)
            let one = try BigNumber(1)
            exponent = try arithmetic.difference(prime, one)
            let generator = try arithmetic.remainder(try arithmetic.sum(modulus, one), square)
            let logarithm = try Self.logarithm(
                try arithmetic.power(generator, exponent, modulo: square), prime, arithmetic)
            factor = try arithmetic.inverse(logarithm, modulo: prime)
        }

        func decrypt(_ ciphertext: BigNumber, _ arithmetic: BigArithmetic) throws(CipherError) -> BigNumber {
            let base = try arithmetic.remainder(ciphertext, square)
            let logarithm = try Self.logarithm(try arithmetic.power(base, exponent, modulo: square), prime, arithmetic)
            return try arithmetic.product(logarithm, factor, modulo: prime)
        }

        /// L(u) = (u − 1) / p.
        private static func logarithm(
            _ number: BigNumber, _ prime: BigNumber, _ arithmetic: BigArithmetic
        ) throws(CipherError) -> BigNumber {
            try arithmetic.quotient(try arithmetic.difference(number, try BigNumber(1)), prime)
        }
    }
}
