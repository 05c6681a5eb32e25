import Crypto

/// The sender's half of the greeting. It has spoken; the `Welcome` is awaited.
struct SenderHandshake: Sendable {
    let greeting: SignedGreeting
    private let hello: Hello
    private let peer: TrustedPeer
    private var transcript: Transcript

    /// - Throws: ``ProtocolError/Code/wrongPeer`` when TLS showed another certificate than the peer's card holds.
    init(
        identity: Identity, peer: TrustedPeer, capabilities: Capabilities, binding: ChannelBinding,
        versions: [UInt32] = ProtocolVersion.supported
    ) throws(ProtocolError) {
        guard binding.receiverCertificate == peer.card.certificateDigest else {
            throw ProtocolError(
                .wrongPeer, "somebody else answered there: the certificate is not the one on the peer's card. Check the address",
                subject: peer.name.text)
        }
        self.peer = peer
        hello = Hello(versions: versions, capabilities: capabilities, nonce: Hello.freshNonce(), fingerprint: identity.fingerprint)
        let body = try hello.body()
        transcript = Transcript(binding)
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(.hello), key: identity.signingKey)
        transcript.append(signature)
        greeting = SignedGreeting(body: body, signature: signature)
    }

    /// Checks the answer and everything in it.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/wrongPeer``, ``ProtocolError/Code/versionMismatch``,
    ///   ``ProtocolError/Code/noCommonCapability``, ``ProtocolError/Code/protocolViolation``
    consuming func finish(_ answer: SignedGreeting) throws(ProtocolError) -> (Agreement, StudyKeyExchange.Sealer) {
        transcript.append(answer.body)
        guard try peer.card.signingKey().isValidSignature(answer.signature, for: transcript.covered(.welcome)) else {
            throw ProtocolError(.badSignature, "the peer's answer is not signed for this connection", subject: peer.name.text)
        }
        transcript.append(answer.signature)
        let welcome = try Welcome(body: answer.body)
        guard welcome.fingerprint == peer.fingerprint else {
            throw ProtocolError(.wrongPeer, "the peer answers as another identity than its card", subject: peer.name.text)
        }
        guard welcome.version == ProtocolVersion.highestCommon(hello.versions, welcome.versions) else {
            throw ProtocolError(
                .versionMismatch, "the peer chose protocol version \(welcome.version); upgrade the older side", subject: peer.name.text)
        }
        guard welcome.capabilities.isSubset(of: hello.capabilities) else { throw .violation("it agreed to what was not offered") }
        guard welcome.capabilities.isUsable else {
            throw ProtocolError(.noCommonCapability, "no common codec or embedding method", subject: peer.name.text)
        }
        guard let freshKey = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: welcome.freshKey) else {
            throw .violation("a Welcome without a usable key")
        }
        return (Agreement(welcome, peer: peer), StudyKeyExchange.Sealer(freshKey: freshKey, transcript: transcript.digest))
    }
}
