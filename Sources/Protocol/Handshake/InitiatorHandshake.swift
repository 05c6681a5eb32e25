/// The greeting at the side that dialled. It has spoken; the `Welcome` is awaited.
struct InitiatorHandshake: Sendable {
    let greeting: SignedGreeting
    let identity: Identity
    let peer: TrustedPeer
    private let roles: SessionRoles
    private let freshKey: FreshKey?
    private let hello: Hello
    private var transcript: Transcript

    /// - Throws: ``ProtocolError/Code/wrongPeer`` when TLS showed another certificate than the peer's card holds.
    init(
        identity: Identity, peer: TrustedPeer, roles: SessionRoles, binding: ChannelBinding, versions: [UInt32] = ProtocolVersion.supported
    ) throws(ProtocolError) {
        guard binding.responderCertificate == peer.card.certificateDigest else {
            throw ProtocolError(
                .wrongPeer, "somebody else answered there: the certificate is not the one on the peer's card. Check the address",
                subject: peer.name.text)
        }
        self.identity = identity
        self.peer = peer
        self.roles = roles
        let freshKey = roles.sink == nil ? nil : try StudyKeyExchange.newFreshKey()
        self.freshKey = freshKey
        hello = Hello(
            versions: versions, capabilities: roles.capabilities, nonce: Hello.freshNonce(), fingerprint: identity.fingerprint,
            isSource: roles.isSource, sink: SinkTerms(roles.sink, freshKey))
        let body = try hello.body()
        transcript = Transcript(binding)
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(by: .initiator), key: identity.signingKey)
        transcript.append(signature)
        greeting = SignedGreeting(body: body, signature: signature)
    }

    /// Checks the answer and everything in it.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/wrongPeer``, ``ProtocolError/Code/versionMismatch``,
    ///   ``ProtocolError/Code/noCommonCapability``, ``ProtocolError/Code/protocolViolation``
    consuming func finish(_ answer: SignedGreeting) throws(ProtocolError) -> Greeted {
        transcript.append(answer.body)
        guard try peer.card.signingKey().isValidSignature(answer.signature, for: transcript.covered(by: .responder)) else {
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
        return try Greeted(
            as: .initiator, peer: peer, version: welcome.version, capabilities: welcome.capabilities, own: roles, freshKey: freshKey,
            peers: (welcome.isSource, welcome.sink), transcript: transcript.digest)
    }
}
