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
