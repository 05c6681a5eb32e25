import COpenSSL

/// A whole number of any size: OpenSSL's BIGNUM.
///
/// `@unchecked Sendable`: nothing changes the number after it was made; OpenSSL reads numbers from several threads.
final class BigNumber: @unchecked Sendable {
    fileprivate let handle: OpaquePointer

    fileprivate init(taking handle: OpaquePointer) { self.handle = handle }

    deinit { BN_clear_free(handle) }

    /// - Parameter bytes: big endian.
    /// - Throws: ``CipherError`` `library`.
    convenience init(_ bytes: [UInt8]) throws(CipherError) {
        guard let handle = BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw BigArithmetic.failure }
        self.init(taking: handle)
    }

    convenience init(_ value: UInt64) throws(CipherError) {
        try self.init(withUnsafeBytes(of: value.bigEndian) { Array($0) })
    }

    var bitCount: Int { Int(BN_num_bits(handle)) }
    var isZero: Bool { BN_is_zero(handle) == 1 }
    var isNegative: Bool { BN_is_negative(handle) == 1 }

    /// The magnitude in so many bytes, big endian.
    ///
    /// - Throws: ``CipherError`` `malformed` if it does not fit.
    func bytes(_ count: Int) throws(CipherError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard BN_bn2binpad(handle, &bytes, Int32(count)) == Int32(count) else {
            throw CipherError(.malformed, "a number does not fit into \(count) bytes")
        }
        return bytes
    }

    /// The number, if it is below 2^63 in magnitude.
    func integer() throws(CipherError) -> Int {
        guard bitCount < 64 else { throw CipherError(.malformed, "a number of \(bitCount) bits is too large") }
        let magnitude = try bytes(8).reduce(0) { $0 << 8 | Int($1) }
        return isNegative ? -magnitude : magnitude
    }
}

extension BigNumber: Comparable {
    static func == (left: BigNumber, right: BigNumber) -> Bool { BN_cmp(left.handle, right.handle) == 0 }
    static func < (left: BigNumber, right: BigNumber) -> Bool { BN_cmp(left.handle, right.handle) < 0 }
}

/// Arithmetic with big numbers; one thread at a time uses it.
final class BigArithmetic {
    static let failure = CipherError(.library, "OpenSSL refused an operation on big numbers")

    private let context: OpaquePointer

    /// - Throws: ``CipherError`` `library`.
    init() throws(CipherError) {
        guard let context = BN_CTX_new() else { throw Self.failure }
        self.context = context
    }

    deinit { BN_CTX_free(context) }

    func sum(_ left: BigNumber, _ right: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_add($0, left.handle, right.handle) }
    }

    func difference(_ left: BigNumber, _ right: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_sub($0, left.handle, right.handle) }
    }

    func product(_ left: BigNumber, _ right: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_mul($0, left.handle, right.handle, context) }
    }

    /// Rounded towards 0.
    func quotient(_ left: BigNumber, _ right: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_div($0, nil, left.handle, right.handle, context) }
    }

    /// 0 … modulus − 1.
    func remainder(_ left: BigNumber, _ modulus: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_nnmod($0, left.handle, modulus.handle, context) }
    }

    func product(_ left: BigNumber, _ right: BigNumber, modulo modulus: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_mod_mul($0, left.handle, right.handle, modulus.handle, context) }
    }

    func power(_ base: BigNumber, _ exponent: BigNumber, modulo modulus: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_mod_exp($0, base.handle, exponent.handle, modulus.handle, context) }
    }

    /// - Throws: ``CipherError`` `invalidParameter` where there is no inverse.
    func inverse(_ number: BigNumber, modulo modulus: BigNumber) throws(CipherError) -> BigNumber {
        guard let handle = BN_mod_inverse(nil, number.handle, modulus.handle, context) else {
            ERR_clear_error()
            throw CipherError(.invalidParameter, "a number has no inverse")
        }
        return BigNumber(taking: handle)
    }

    func greatestCommonDivisor(_ left: BigNumber, _ right: BigNumber) throws(CipherError) -> BigNumber {
        try result { BN_gcd($0, left.handle, right.handle, context) }
    }

    /// Miller and Rabin's test as often as OpenSSL thinks enough (BN_check_prime(3)).
    func isPrime(_ number: BigNumber) throws(CipherError) -> Bool {
        let answer = BN_check_prime(number.handle, context, nil)
        guard answer >= 0 else { throw Self.failure }
        return answer == 1
    }

    /// The first prime at or above `bits` bits of a stream (big endian) whose two highest bits and lowest bit were set.
    ///
    /// - Parameter bits: a multiple of 8.
    func prime(bits: Int, _ stream: inout PseudorandomStream) throws(CipherError) -> BigNumber {
        var bytes = try stream.bytes(bits / 8)
        bytes[0] |= 0xC0
        bytes[bytes.count - 1] |= 1
        let two = try BigNumber(2)
        var candidate = try BigNumber(bytes)
        while try !isPrime(candidate) { candidate = try sum(candidate, two) }
        return candidate
    }

    private func result(_ operation: (OpaquePointer) -> Int32) throws(CipherError) -> BigNumber {
        guard let handle = BN_new() else { throw Self.failure }
        let number = BigNumber(taking: handle)
        guard operation(handle) == 1 else { throw Self.failure }
        return number
    }
}
