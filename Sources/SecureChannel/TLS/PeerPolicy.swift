/// How a peer's certificate is judged. Possession of its private key is proven by TLS in every case.
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
