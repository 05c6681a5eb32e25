import COpenSSL

/// Pseudorandom bytes: AES-256 in counter mode (NIST SP 800-38A) under a stage key.
///
/// The first counter block is the stream's label in ASCII, at most 12 bytes, filled up with zero bytes, and a 32-bit block counter, big
/// endian, from 0. So streams with different labels have no block in common below 64 GiB, which is a stream's limit.
struct PseudorandomStream: ~Copyable {
    private static let bufferByteCount = 1 << 15
    private static let maximumByteCount = 1 << 36

    private let context: OpaquePointer
    private var buffer: [UInt32]
    private var position = 0
    private var byteCount = 0

    /// - Throws: ``CipherError`` `library`.
    init(_ key: StageKey, _ label: StaticString) throws(CipherError) {
        self.init(context: try Self.context(key, label))
    }

    private init(context: OpaquePointer) {
        self.context = context
        buffer = []
    }

    private static func context(_ key: StageKey, _ label: StaticString) throws(CipherError) -> OpaquePointer {
        precondition(label.utf8CodeUnitCount <= 12, "labels are constants of at most 12 bytes")
        var block = [UInt8](repeating: 0, count: 16)
        label.withUTF8Buffer { for (index, byte) in $0.enumerated() { block[index] = byte } }
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

    /// The next bytes. Words are read from blocks of 32 KiB; bytes that are read after words follow those blocks.
    ///
    /// - Throws: ``CipherError`` `tooLong`, `library`.
    mutating func bytes(_ count: Int) throws(CipherError) -> [UInt8] {
        guard count >= 0, byteCount <= Self.maximumByteCount - count else { throw CipherError(.tooLong, "a key stream ends at 64 GiB") }
        byteCount += count
        var result = [UInt8](repeating: 0, count: count)
        let context = context
        let done = result.withUnsafeMutableBytes { Self.encrypt($0, context) }
        guard done else { throw CipherError(.library, "OpenSSL refused to go on with AES-256-CTR") }
        return result
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

    /// The partner with which each of some elements, from the last to the second, is exchanged in a shuffle: for the element i the next
    /// number below i + 1. The first has none, so its entry is 0.
    ///
    /// - Parameter count: below 2^32.
    mutating func exchangePartners(_ count: Int) throws(CipherError) -> [UInt32] {
        var partners = [UInt32](repeating: 0, count: count)
        var index = count - 1
        while index > 0 {
            if position == buffer.count { try refill() }
            let end = min(buffer.count, position + index)
            let (first, current) = (position, index)
            let used = buffer.withUnsafeBufferPointer { words in
                partners.withUnsafeMutableBufferPointer { partners in
                    var index = current
                    for place in first..<end {
                        let limit = UInt32(truncatingIfNeeded: index &+ 1)
                        let product = UInt64(UInt32(littleEndian: words[place])) &* UInt64(limit)
                        let low = UInt32(truncatingIfNeeded: product)
                        if low < limit, low < (0 &- limit) % limit { continue }
                        partners[index] = UInt32(truncatingIfNeeded: product &>> 32)
                        index &-= 1
                    }
                    return current - index
                }
            }
            position = end
            index -= used
        }
        return partners
    }

    @inline(never)
    private mutating func refill() throws(CipherError) {
        let bytes = try bytes(Self.bufferByteCount)
        buffer = bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
        position = 0
    }

    /// Zero bytes, enciphered where they are, are the key stream.
    private static func encrypt(_ bytes: UnsafeMutableRawBufferPointer, _ context: OpaquePointer) -> Bool {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return true }
        var offset = 0
        while offset < bytes.count {
            // OpenSSL counts in 32-bit integers.
            let part = Int32(min(bytes.count - offset, 1 << 30))
            var written: Int32 = 0
            guard EVP_EncryptUpdate(context, start + offset, &written, start + offset, part) == 1, written == part else { return false }
            offset += Int(part)
        }
        return true
    }
}
