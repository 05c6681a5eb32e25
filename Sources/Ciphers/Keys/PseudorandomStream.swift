import COpenSSL

/// Pseudorandom bytes: AES-256 in counter mode (NIST SP 800-38A) under a stage key.
///
/// The first counter block is the stream's label in ASCII, at most 12 bytes, filled up with zero bytes, and a 32-bit block counter, big
/// endian, from 0. So streams with different labels have no block in common below 64 GiB, which is a stream's limit.
struct PseudorandomStream: ~Copyable {
    private static let bufferByteCount = 1 << 13
    private static let maximumByteCount = 1 << 36

    private let context: OpaquePointer
    private let label: [UInt8]
    private var buffer: [UInt32]
    private var position = 0
    private var byteCount = 0

    /// - Throws: ``CipherError`` `library`.
    init(_ key: StageKey, _ label: StaticString) throws(CipherError) {
        precondition(label.utf8CodeUnitCount <= 12, "labels are constants of at most 12 bytes")
        let label = label.withUTF8Buffer { Array($0) } + [UInt8](repeating: 0, count: 12 - label.utf8CodeUnitCount)
        self.init(context: try Self.context(key, Self.counterBlock(label, 0)), label: label)
    }

    private init(context: OpaquePointer, label: [UInt8]) {
        (self.context, self.label) = (context, label)
        buffer = []
    }

    private static func counterBlock(_ label: [UInt8], _ number: UInt32) -> [UInt8] {
        label + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func context(_ key: StageKey, _ block: [UInt8]) throws(CipherError) -> OpaquePointer {
        guard let context = EVP_CIPHER_CTX_new() else { throw CipherError(.library, "no memory for AES-256-CTR") }
        let done = key.secret.withUnsafeBytes { bytes in
            EVP_EncryptInit_ex(context, EVP_aes_256_ctr(), nil, bytes.bindMemory(to: UInt8.self).baseAddress, block)
        }
        guard done == 1 else {
            EVP_CIPHER_CTX_free(context)
            throw CipherError(.library, "OpenSSL refused AES-256-CTR")
        }
        return context
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// The next bytes. Words are read from blocks of 8 KiB; bytes that are read after words follow those blocks.
    ///
    /// - Throws: ``CipherError`` `tooLong`, `library`.
    mutating func bytes(_ count: Int) throws(CipherError) -> [UInt8] {
        try spend(count)
        let context = context
        let result = [UInt8](unsafeUninitializedCapacity: count) { bytes, initialised in
            let part = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<count])
            initialised = Self.fill(part, context) ? count : 0
        }
        guard result.count == count else { throw Self.refusal }
        return result
    }

    /// Goes on at a block of 16 bytes of the stream.
    ///
    /// - Throws: ``CipherError`` `library`.
    mutating func seek(toBlock block: UInt32) throws(CipherError) {
        guard EVP_EncryptInit_ex(context, nil, nil, nil, Self.counterBlock(label, block)) == 1 else { throw Self.refusal }
        byteCount = 16 * Int(block)
        position = buffer.count
    }

    /// The next words of 32 bits, as the stream's bytes, where they are held; they are used up only if the body returns true.
    ///
    /// - Returns: what the body returns, or false if there are not as many in the block of words that is held.
    @inline(__always)
    mutating func withNextWords(_ count: Int, _ body: (UnsafeRawBufferPointer) -> Bool) throws(CipherError) -> Bool {
        if position == buffer.count { try refill() }
        guard position &+ count <= buffer.count else { return false }
        let start = position
        let isUsed = buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[4 &* start..<4 &* (start &+ count)])) }
        if isUsed { position &+= count }
        return isUsed
    }

    /// The next words of 32 bits, little endian.
    mutating func words(_ count: Int) throws(CipherError) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try nextWord()) }
        return result
    }

    /// The next 4 bytes as a number, little endian.
    @inline(__always)
    mutating func nextWord() throws(CipherError) -> UInt32 {
        if position == buffer.count { try refill() }
        let word = buffer[position]
        position &+= 1
        return UInt32(littleEndian: word)
    }

    /// The next 8 bytes as a number, little endian.
    @inline(__always)
    mutating func nextDoubleWord() throws(CipherError) -> UInt64 {
        let low = try nextWord()
        return UInt64(try nextWord()) &<< 32 | UInt64(low)
    }

    /// A uniform number below the limit: the high half of word · limit, where words whose low half is below 2^32 mod limit are rejected
    /// (Lemire: Fast Random Integer Generation in an Interval, 2019).
    ///
    /// - Parameter limit: at least 1.
    @inline(__always)
    mutating func next(below limit: UInt32) throws(CipherError) -> UInt32 {
        var product = UInt64(try nextWord()) &* UInt64(limit)
        if UInt32(truncatingIfNeeded: product) < limit {
            let rejected = (0 &- limit) % limit
            while UInt32(truncatingIfNeeded: product) < rejected { product = UInt64(try nextWord()) &* UInt64(limit) }
        }
        return UInt32(truncatingIfNeeded: product &>> 32)
    }

    /// The next block of words.
    @inline(never)
    private mutating func refill() throws(CipherError) {
        if buffer.isEmpty { buffer = [UInt32](repeating: 0, count: Self.bufferByteCount / 4) }
        try spend(Self.bufferByteCount)
        let context = context
        guard buffer.withUnsafeMutableBytes({ Self.fill($0, context) }) else { throw Self.refusal }
        position = 0
    }

    private mutating func spend(_ count: Int) throws(CipherError) {
        guard count >= 0, byteCount <= Self.maximumByteCount - count else { throw CipherError(.tooLong, "a key stream ends at 64 GiB") }
        byteCount += count
    }

    private static let refusal = CipherError(.library, "OpenSSL refused to go on with AES-256-CTR")

    private static let zeros = [UInt8](repeating: 0, count: bufferByteCount)

    /// Enciphered zero bytes are the key stream.
    private static func fill(_ bytes: UnsafeMutableRawBufferPointer, _ context: OpaquePointer) -> Bool {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return true }
        return zeros.withUnsafeBufferPointer { zeros in
            for offset in stride(from: 0, to: bytes.count, by: zeros.count) {
                let part = Int32(min(bytes.count - offset, zeros.count))
                var written: Int32 = 0
                guard EVP_EncryptUpdate(context, start + offset, &written, zeros.baseAddress, part) == 1, written == part else {
                    return false
                }
            }
            return true
        }
    }
}
