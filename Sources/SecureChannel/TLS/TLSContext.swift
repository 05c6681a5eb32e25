import COpenSSL

/// This side's role in the handshake.
enum TLSRole {
    case client
    case server
}

/// The owner of an `SSL_CTX`: everything that the TLS connections of a listener or connector have in common.
///
/// `@unchecked Sendable`: the context is complete when `init` returns and never changed afterwards; OpenSSL then allows any number of threads to
/// make connections from it.
final class TLSContext: @unchecked Sendable {
    let handle: OpaquePointer
    let role: TLSRole
    private let policy: PeerPolicy
    private let applicationProtocol: ApplicationProtocol

    init(role: TLSRole, credentials: TLSCredentials, policy: PeerPolicy, applicationProtocol: String) throws(ChannelError) {
        ERR_clear_error()
        guard let handle = SSL_CTX_new(role == .client ? TLS_client_method() : TLS_server_method()) else {
            throw Self.setUpFailure()
        }
        self.handle = handle
        self.role = role
        self.policy = policy
        self.applicationProtocol = ApplicationProtocol(applicationProtocol)
        try restrict()
        try present(credentials)
        try verify()
        try negotiateApplicationProtocol()
    }

    deinit { SSL_CTX_free(handle) }

    /// TLS 1.3 and nothing that TLS 1.3 does not need: no resumption (each connection proves both identities anew), no early data
    /// (it could be replayed).
    private func restrict() throws(ChannelError) {
        try require(COpenSSL_SSL_CTX_set_min_proto_version(handle, TLS1_3_VERSION))
        try require(COpenSSL_SSL_CTX_set_max_proto_version(handle, TLS1_3_VERSION))
        try require(SSL_CTX_set_ciphersuites(handle, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"))
        COpenSSL_SSL_CTX_forbid_tickets_compression_renegotiation(handle)
        try require(SSL_CTX_set_num_tickets(handle, 0))
        try require(SSL_CTX_set_max_early_data(handle, 0))
        _ = COpenSSL_SSL_CTX_set_session_cache_mode(handle, Int(SSL_SESS_CACHE_OFF))
        // A write of many records reports each one that went out, and may be continued from another address.
        _ = COpenSSL_SSL_CTX_set_mode(handle, Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // One read(2) fetches as many records as have come.
        COpenSSL_SSL_CTX_set_read_ahead(handle, 1)
        SSL_CTX_set_default_read_buffer_len(handle, Self.readBufferLength)
        try preferPostQuantumKeyExchange()
    }

    /// Key exchange that also withstands quantum computers where this OpenSSL has it (3.5 and later), X25519 otherwise.
    private func preferPostQuantumKeyExchange() throws(ChannelError) {
        let classical = "X25519:P-256:P-384"
        if COpenSSL_SSL_CTX_set1_groups_list(handle, "X25519MLKEM768:" + classical) != 1 {
            ERR_clear_error()
            try require(COpenSSL_SSL_CTX_set1_groups_list(handle, classical))
        }
    }

    private func present(_ credentials: TLSCredentials) throws(ChannelError) {
        try require(SSL_CTX_use_certificate(handle, credentials.leaf.handle))
        try require(SSL_CTX_use_PrivateKey(handle, credentials.key.handle))
        for certificate in credentials.intermediates {
            try require(COpenSSL_SSL_CTX_add1_chain_cert(handle, certificate.handle))
        }
        try require(SSL_CTX_check_private_key(handle))
    }

    private func verify() throws(ChannelError) {
        SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        switch policy.judge {
        case .pinned(let certificates):
            // Unretained: `policy` keeps the object for as long as this context lives, and every session keeps the context.
            SSL_CTX_set_cert_verify_callback(handle, judgePinned, Unmanaged.passUnretained(certificates).toOpaque())
        case .authority(let authorities, let expectedName):
            let store = SSL_CTX_get_cert_store(handle)
            for authority in authorities {
                try require(X509_STORE_add_cert(store, authority.handle))
            }
            if let expectedName {
                try expect(expectedName)
            }
        }
    }

    private func expect(_ name: String) throws(ChannelError) {
        let parameters = SSL_CTX_get0_param(handle)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) != 1 {
            ERR_clear_error()
            try require(X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count))
        }
    }

    private func negotiateApplicationProtocol() throws(ChannelError) {
        switch role {
        case .client:
            let offer = applicationProtocol.encoded
            // This one function of OpenSSL returns 0 for success.
            try require(SSL_CTX_set_alpn_protos(handle, offer, UInt32(offer.count)) == 0 ? 1 : 0)
        case .server:
            // Unretained: this context owns the object and outlives every session.
            SSL_CTX_set_alpn_select_cb(handle, selectApplicationProtocol, Unmanaged.passUnretained(applicationProtocol).toOpaque())
        }
    }

    private func require(_ result: Int32) throws(ChannelError) {
        guard result == 1 else { throw Self.setUpFailure() }
    }

    static func setUpFailure() -> ChannelError {
        ChannelError(.tlsFailure, "TLS cannot be set up", details: TLSErrorStack.drain().texts)
    }

    /// Sixteen full records.
    private static let readBufferLength = 16 * (16_384 + 256 + 5)
}

/// A protocol name as TLS carries it (RFC 7301 §3.1), at an address that does not change.
private final class ApplicationProtocol: Sendable {
    let encoded: [UInt8]

    init(_ name: String) {
        let bytes = Array(name.utf8.prefix(255))
        encoded = [UInt8(bytes.count)] + bytes
    }
}

/// Asks the policy's closure about the peer's own certificate and nothing else.
private let judgePinned: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { store, argument in
    guard let store, let argument, let leaf = X509_STORE_CTX_get0_cert(store) else { return 0 }
    let certificates = Unmanaged<PinnedCertificates>.fromOpaque(argument).takeUnretainedValue()
    let encoded = Certificate.der(of: leaf)
    guard !encoded.isEmpty, certificates.isTrusted(encoded) else {
        RefusedCertificate.of(store)?.put(encoded)
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED)
        return 0
    }
    X509_STORE_CTX_set_error(store, X509_V_OK)
    return 1
}

/// Called only when the client offers protocols: ours has to be among them.
private let selectApplicationProtocol: SSL_CTX_alpn_select_cb_func = { _, chosen, chosenLength, offered, offeredLength, argument in
    guard let chosen, let chosenLength, let offered, let argument else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let wanted = Array(Unmanaged<ApplicationProtocol>.fromOpaque(argument).takeUnretainedValue().encoded.dropFirst())
    let offers = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
    var index = 0
    while index < offers.count {
        let name = index + 1..<index + 1 + Int(offers[index])
        guard name.upperBound <= offers.count else { break }
        if offers[name].elementsEqual(wanted) {
            // Points into the client's offer, which outlives the call as OpenSSL demands.
            chosen.pointee = offered + name.lowerBound
            chosenLength.pointee = UInt8(wanted.count)
            return SSL_TLSEXT_ERR_OK
        }
        index = name.upperBound
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}
