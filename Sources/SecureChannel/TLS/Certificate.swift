import COpenSSL

/// The owner of an X.509 certificate.
///
/// `@unchecked Sendable`: the object is never changed after it was made, and OpenSSL counts its references atomically.
final class Certificate: @unchecked Sendable {
    let handle: OpaquePointer

    private init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { X509_free(handle) }

    /// Every certificate in the PEM text, in order; other kinds of PEM blocks are skipped.
    ///
    /// - Throws: `invalidCredentials` when there is none or one is damaged.
    static func readAll(pem: [UInt8]) throws(ChannelError) -> [Certificate] {
        let input = try MemoryInput(pem)
        var certificates: [Certificate] = []
        while let handle = PEM_read_bio_X509(input.handle, nil, refusePassphrase, nil) {
            certificates.append(Certificate(owning: handle))
        }
        let stack = TLSErrorStack.drain()
        // The end of the text is reported as "no start line"; everything else is damage.
        let ended = stack.entries.last.map { $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE } ?? true
        guard ended, !certificates.isEmpty else {
            throw ChannelError(.invalidCredentials, "the certificate cannot be read; it has to be PEM text", details: stack.texts)
        }
        return certificates
    }

    /// The certificate's DER encoding, empty in the case that OpenSSL cannot encode what it has decoded.
    static func der(of handle: OpaquePointer) -> [UInt8] {
        let count = i2d_X509(handle, nil)
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            var cursor = buffer.baseAddress
            initialized = max(0, Int(i2d_X509(handle, &cursor)))
        }
    }
}

/// The owner of a private key.
///
/// `@unchecked Sendable`: the object is never changed after it was made, and OpenSSL counts its references atomically.
final class PrivateKey: @unchecked Sendable {
    let handle: OpaquePointer

    /// - Throws: `invalidCredentials` when the text holds no unencrypted private key.
    init(pem: [UInt8]) throws(ChannelError) {
        let input = try MemoryInput(pem)
        ERR_clear_error()
        guard let handle = PEM_read_bio_PrivateKey(input.handle, nil, refusePassphrase, nil) else {
            throw ChannelError(
                .invalidCredentials, "the private key cannot be read; it has to be PEM text without a passphrase",
                details: TLSErrorStack.drain().texts)
        }
        self.handle = handle
    }

    deinit { EVP_PKEY_free(handle) }
}

/// The owner of an OpenSSL input over bytes in memory, which must not change or go while it lives.
private final class MemoryInput {
    let handle: OpaquePointer
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ source: [UInt8]) throws(ChannelError) {
        ERR_clear_error()
        bytes = .allocate(byteCount: max(1, source.count), alignment: 1)
        bytes.copyBytes(from: source)
        guard let count = Int32(exactly: source.count), let handle = BIO_new_mem_buf(bytes.baseAddress, count) else {
            bytes.deallocate()
            throw ChannelError(.invalidCredentials, "the PEM text is too large", details: TLSErrorStack.drain().texts)
        }
        self.handle = handle
    }

    deinit {
        BIO_free(handle)
        // The text may be a private key's.
        OPENSSL_cleanse(bytes.baseAddress, bytes.count)
        bytes.deallocate()
    }
}

/// Without this OpenSSL would ask for a passphrase on the terminal.
private func refusePassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ forWriting: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 { -1 }

/// A certificate, the chain that vouches for it where there is one, and its private key.
///
/// The key stays in memory; the channel never writes it anywhere.
public struct TLSCredentials: Sendable {
    let leaf: Certificate
    let intermediates: [Certificate]
    let key: PrivateKey

    /// - Parameters:
    ///   - certificateChainPEM: The peer's own certificate first, then those that vouch for it.
    ///   - privateKeyPEM: PKCS #8 without a passphrase; Ed25519 and P-256 are good choices.
    /// - Throws: `invalidCredentials` when one cannot be read or the two do not belong together.
    public init(certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) throws(ChannelError) {
        let chain = try Certificate.readAll(pem: certificateChainPEM)
        guard let leaf = chain.first else {
            throw ChannelError(.invalidCredentials, "there is no certificate")
        }
        let key = try PrivateKey(pem: privateKeyPEM)
        guard X509_check_private_key(leaf.handle, key.handle) == 1 else {
            throw ChannelError(
                .invalidCredentials, "the private key does not belong to the certificate", details: TLSErrorStack.drain().texts)
        }
        self.leaf = leaf
        self.intermediates = Array(chain.dropFirst())
        self.key = key
    }

    /// The same from text.
    public init(certificateChainPEM: String, privateKeyPEM: String) throws(ChannelError) {
        try self.init(certificateChainPEM: Array(certificateChainPEM.utf8), privateKeyPEM: Array(privateKeyPEM.utf8))
    }
}

/// The rule by which a peer's certificate is judged. Possession of its private key is proven by TLS in every case.
public struct PeerPolicy: Sendable {
    enum Judge: Sendable {
        case pinned(PinnedCertificates)
        case authority([Certificate], expectedName: String?)
    }

    let judge: Judge

    /// Peers are known one by one: nothing but `isTrusted` decides, neither dates nor names nor who signed the certificate.
    ///
    /// - Parameter isTrusted: Called in every handshake with the peer's certificate in DER, on a thread that may wait. Because it is asked
    ///   every time, a trust store can change while a listener runs.
    public static func pinned(_ isTrusted: @escaping @Sendable (_ leafDER: [UInt8]) -> Bool) -> PeerPolicy {
        PeerPolicy(judge: .pinned(PinnedCertificates(isTrusted)))
    }

    /// Peers are known by the certificate authority that signed for them, and by the dates and uses in their certificates (RFC 5280).
    ///
    /// - Parameters:
    ///   - pem: The authorities' own certificates.
    ///   - expectedName: The host name or address that the peer's certificate has to be for; `nil` takes every one that the authority signed.
    /// - Throws: `invalidCredentials` when the certificates cannot be read.
    public static func certificateAuthority(pem: [UInt8], expectedName: String? = nil) throws(ChannelError) -> PeerPolicy {
        PeerPolicy(judge: .authority(try Certificate.readAll(pem: pem), expectedName: expectedName))
    }
}

/// Holds the closure where OpenSSL's callback can find it.
final class PinnedCertificates: Sendable {
    let isTrusted: @Sendable ([UInt8]) -> Bool

    init(_ isTrusted: @escaping @Sendable ([UInt8]) -> Bool) {
        self.isTrusted = isTrusted
    }
}
