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

/// The greeting at the side that was dialled. The peer's certificate is that of a trusted card; its `Hello` is awaited.
struct ResponderHandshake: Sendable {
    let identity: Identity
    private let peer: TrustedPeer
    private let roles: SessionRoles
    private let versions: [UInt32]
    private var transcript: Transcript

    struct Answer: Sendable {
        let greeting: SignedGreeting
        let greeted: Greeted
    }

    /// - Throws: ``ProtocolError/Code/notTrusted`` when no trusted card holds the certificate that TLS showed.
    init(
        identity: Identity, trust: TrustStore, certificateDER: [UInt8], roles: SessionRoles, binding: ChannelBinding,
        versions: [UInt32] = ProtocolVersion.supported
    ) throws(ProtocolError) {
        guard let peer = trust.peer(certificateDER: certificateDER) else {
            throw ProtocolError(.notTrusted, "a peer without a trusted card was turned away; trust its card if it should be let in")
        }
        self.identity = identity
        self.peer = peer
        self.roles = roles
        self.versions = versions
        transcript = Transcript(binding)
    }

    /// Checks the initiator's `Hello` and makes the answer, with a fresh key.
    ///
    /// - Throws: ``ProtocolError/Code/badSignature``, ``ProtocolError/Code/notTrusted``, ``ProtocolError/Code/versionMismatch``,
    ///   ``ProtocolError/Code/noCommonCapability``, ``ProtocolError/Code/protocolViolation``
    consuming func answer(_ greeting: SignedGreeting) throws(ProtocolError) -> Answer {
        transcript.append(greeting.body)
        guard try peer.card.signingKey().isValidSignature(greeting.signature, for: transcript.covered(by: .initiator)) else {
            throw ProtocolError(.badSignature, "the peer's greeting is not signed for this connection", subject: peer.name.text)
        }
        transcript.append(greeting.signature)
        let hello = try Hello(body: greeting.body)
        guard hello.fingerprint == peer.fingerprint else {
            throw ProtocolError(.notTrusted, "the peer speaks as another identity than its certificate's card", subject: peer.name.text)
        }
        guard let version = ProtocolVersion.highestCommon(versions, hello.versions) else {
            throw ProtocolError(.versionMismatch, "no common protocol version; upgrade the older side", subject: peer.name.text)
        }
        let freshKey = roles.sink == nil ? nil : try StudyKeyExchange.newFreshKey()
        let welcome = Welcome(
            version: version, versions: versions, capabilities: hello.capabilities.common(with: roles.capabilities),
            nonce: Hello.freshNonce(), fingerprint: identity.fingerprint, isSource: roles.isSource, sink: SinkTerms(roles.sink, freshKey))
        let body = try welcome.body()
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(by: .responder), key: identity.signingKey)
        transcript.append(signature)
        let greeted = try Greeted(
            as: .responder, peer: peer, version: version, capabilities: welcome.capabilities, own: roles, freshKey: freshKey,
            peers: (hello.isSource, hello.sink), transcript: transcript.digest)
        return Answer(greeting: SignedGreeting(body: body, signature: signature), greeted: greeted)
    }
}
