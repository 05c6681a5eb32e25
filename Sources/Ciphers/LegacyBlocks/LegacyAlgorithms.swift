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
