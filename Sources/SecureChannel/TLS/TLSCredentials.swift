import COpenSSL

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
