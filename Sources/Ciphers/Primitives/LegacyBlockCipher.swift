import COpenSSL

/// A block cipher of 64-bit blocks that OpenSSL keeps in its legacy provider.
enum LegacyAlgorithm: String, Sendable {
    /// FIPS 46-3: 8 bytes of key, 56 bits of them effective.
    case des = "DES-ECB"
    /// Schneier 1993: 4 to 56 bytes of key.
    case blowfish = "BF-ECB"

    static let blockByteCount = 8
}

/// The legacy algorithms, in a library context of their own so that nothing else in the program gets them.
///
/// `@unchecked Sendable`: the handles are set once and never changed, and OpenSSL's fetched algorithms may be used by several threads
/// (EVP_CIPHER_fetch(3), "the returned value is reference counted"; OSSL_LIB_CTX(3)).
private final class LegacyLibrary: @unchecked Sendable {
    static let shared = LegacyLibrary()

    private let context: OpaquePointer?
    private let ciphers: [LegacyAlgorithm: OpaquePointer]

    private init() {
        context = OSSL_LIB_CTX_new()
        var ciphers: [LegacyAlgorithm: OpaquePointer] = [:]
        if let context, OSSL_PROVIDER_load(context, "legacy") != nil {
            for algorithm in [LegacyAlgorithm.des, .blowfish] { ciphers[algorithm] = EVP_CIPHER_fetch(context, algorithm.rawValue, nil) }
        }
        self.ciphers = ciphers
    }

    subscript(algorithm: LegacyAlgorithm) -> OpaquePointer? { ciphers[algorithm] }
}

/// One of the legacy algorithms under one key, block by block. One thread at a time uses it.
final class LegacyBlockCipher {
    private let context: OpaquePointer

    /// - Throws: ``CipherError``: `library` where OpenSSL's legacy provider is missing, `invalidKey` for a key of a wrong length.
    init(_ algorithm: LegacyAlgorithm, key: [UInt8]) throws(CipherError) {
        guard algorithm == .des ? key.count == 8 : (4...56).contains(key.count) else {
            throw CipherError(.invalidKey, "\(algorithm.rawValue) has no keys of \(key.count) bytes")
        }
        guard let cipher = LegacyLibrary.shared[algorithm], let context = EVP_CIPHER_CTX_new() else {
            throw CipherError(.library, "OpenSSL has no \(algorithm.rawValue): its legacy provider is missing")
        }
        self.context = context
        guard EVP_EncryptInit_ex(context, cipher, nil, nil, nil) == 1, EVP_CIPHER_CTX_set_key_length(context, Int32(key.count)) == 1,
            EVP_EncryptInit_ex(context, nil, nil, key, nil) == 1, EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else { throw CipherError(.library, "OpenSSL refused \(algorithm.rawValue)") }
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Takes another key of the same length.
    func setKey(_ key: [UInt8]) -> Bool { EVP_EncryptInit_ex(context, nil, nil, key, nil) == 1 }

    /// Enciphers whole blocks in place.
    ///
    /// - Parameter bytes: a multiple of 8 bytes.
    func encrypt(_ bytes: inout [UInt8]) throws(CipherError) {
        var written: Int32 = 0
        let count = bytes.count
        let done = bytes.withUnsafeMutableBufferPointer { buffer -> Bool in
            guard let start = buffer.baseAddress else { return true }
            return EVP_EncryptUpdate(context, start, &written, start, Int32(count)) == 1
        }
        guard done, written == count else { throw CipherError(.library, "OpenSSL refused to encipher blocks") }
    }
}

/// Counter mode (NIST SP 800-38A) over blocks of 64 bits: block n is the number n, big endian, from 0.
enum LegacyCounterMode {
    /// The most that one key enciphers: 2^19 blocks. With so few, blocks that repeat are seen with a probability of at most 2^-27 (2^38 pairs in
    /// 2^65), where Sweet32 (Bhargavan and Leurent 2016) needs about 2^32 blocks.
    static let segmentByteCount = 4 << 20

    /// The key stream.
    ///
    /// - Parameter keyOf: the key for each segment of ``segmentByteCount`` bytes, from 0.
    static func stream(
        _ algorithm: LegacyAlgorithm, byteCount: Int, keyOf: (_ segment: Int) -> [UInt8]
    ) throws(CipherError) -> [UInt8] {
        var stream: [UInt8] = []
        stream.reserveCapacity(byteCount + LegacyAlgorithm.blockByteCount)
        var segment = 0
        while stream.count < byteCount {
            let cipher = try LegacyBlockCipher(algorithm, key: keyOf(segment))
            let blockCount = (min(segmentByteCount, byteCount - stream.count) + 7) / 8
            var blocks = [UInt8](unsafeUninitializedCapacity: blockCount * 8) { bytes, initialised in
                let raw = UnsafeMutableRawBufferPointer(bytes)
                for block in 0..<blockCount { raw.storeBytes(of: UInt64(block).bigEndian, toByteOffset: 8 &* block, as: UInt64.self) }
                initialised = blockCount * 8
            }
            try cipher.encrypt(&blocks)
            stream += blocks
            segment += 1
        }
        stream.removeLast(stream.count - byteCount)
        return stream
    }

    /// Bytes XOR the key stream; the same call takes it off again.
    static func combine(
        _ bytes: [UInt8], _ algorithm: LegacyAlgorithm, keyOf: (_ segment: Int) -> [UInt8]
    ) throws(CipherError) -> [UInt8] {
        let stream = try stream(algorithm, byteCount: bytes.count, keyOf: keyOf)
        return zip(bytes, stream).map { $0 ^ $1 }
    }
}
