import Crypto

/// The receiver's half of the greeting. The peer's certificate is that of a trusted card; its `Hello` is awaited.
struct ReceiverHandshake: Sendable {
    let identity: Identity
    private let peer: TrustedPeer
    private let policy: ReceiverPolicy
    private let versions: [UInt32]
    private var transcript: Transcript

    struct Answer: Sendable {
        let greeting: SignedGreeting
        let agreement: Agreement
        let opener: StudyKeyExchange.Opener
    }

    /// - Throws: ``ProtocolError/Code/notTrusted`` when no trusted card holds the certificate that TLS showed.
    init(
        identity: Identity, trust: TrustStore, certificateDER: [UInt8], policy: ReceiverPolicy, binding: ChannelBinding,
        versions: [UInt32] = ProtocolVersion.supported
    ) throws(ProtocolError) {
        guard let peer = trust.peer(certificateDER: certificateDER) else {
            throw ProtocolError(.notTrusted, "a sender without a trusted card was turned away; trust its card if it should be let in")
        }
        self.identity = identity
        self.peer = peer
        self.policy = policy
        self.versions = versions
        transcript = Transcript(binding)
    }

    /// Checks the sender's `Hello` and makes the answer, with a fresh key.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/notTrusted``, ``ProtocolError/Code/versionMismatch``,
    ///   ``ProtocolError/Code/noCommonCapability``, ``ProtocolError/Code/protocolViolation``
    consuming func answer(_ greeting: SignedGreeting) throws(ProtocolError) -> Answer {
        transcript.append(greeting.body)
        guard try peer.card.signingKey().isValidSignature(greeting.signature, for: transcript.covered(.hello)) else {
            throw ProtocolError(.badSignature, "the sender's greeting is not signed for this connection", subject: peer.name.text)
        }
        transcript.append(greeting.signature)
        let hello = try Hello(body: greeting.body)
        guard hello.fingerprint == peer.fingerprint else {
            throw ProtocolError(.notTrusted, "the sender speaks as another identity than its certificate's card", subject: peer.name.text)
        }
        guard let version = ProtocolVersion.highestCommon(versions, hello.versions) else {
            throw ProtocolError(.versionMismatch, "no common protocol version; upgrade the older side", subject: peer.name.text)
        }
        let common = hello.capabilities.common(with: policy.capabilities)
        guard common.isUsable else {
            throw ProtocolError(.noCommonCapability, "no common codec or embedding method", subject: peer.name.text)
        }
        let freshKey = try Self.freshKey()
        let welcome = Welcome(
            version: version, versions: versions, capabilities: common, nonce: Hello.freshNonce(), fingerprint: identity.fingerprint,
            keepsStego: policy.keepsStego, limits: policy.limits, freshKey: Array(freshKey.publicKey.rawRepresentation))
        let body = try welcome.body()
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(.welcome), key: identity.signingKey)
        transcript.append(signature)
        return Answer(
            greeting: SignedGreeting(body: body, signature: signature), agreement: Agreement(welcome, peer: peer),
            opener: StudyKeyExchange.Opener(freshKey: freshKey, transcript: transcript.digest))
    }

    private static func freshKey() throws(ProtocolError) -> XWingMLKEM768X25519.PrivateKey {
        do {
            return try XWingMLKEM768X25519.PrivateKey()
        } catch {
            throw ProtocolError(.keyFileDamaged, "no session key could be made: \(error)")
        }
    }
}
