import SecureChannel

extension Session {
    /// Greets the peer that was dialled and agrees on the terms.
    ///
    /// - Parameter firstFlight: The study that comes first, with its first instances: they travel while the greeting does. Ask for the same study
    ///   with ``openStudy(_:studyKey:)`` and send the same instances with ``send(_:_:turn:)`` afterwards, as if there had been none; what has gone
    ///   already does not go again. Give instances only for a study of which nothing was ever sent.
    /// - Parameters:
    ///   - room: for the manifests of the peer's studies; nothing bounds them without one.
    ///   - heads: what makes short heads whole; without it, or where its feature was not agreed on, none may come.
    /// - Throws: ``ProtocolError``: `wrongPeer`, `badSignature`, `versionMismatch`, `noCommonCapability`, `peerAborted`,
    ///   `peerSilent`, `cut`, `protocolViolation`; `ChannelError` `refusedByPeer` or `turnedAway` when the connection was made without waiting for the
    ///   peer's acceptance and there was none; `CancellationError`. The transport is closed then.
    public static func initiate(
        over transport: any MessageTransport, identity: Identity, peer: TrustedPeer, roles: SessionRoles,
        timing: SessionTiming = SessionTiming(), firstFlight: FirstFlight? = nil, room: (any ManifestRoom)? = nil,
        heads: (any HeadExpansion)? = nil
    ) async throws -> Session {
        let link = SessionLink(transport, clock: timing.clock)
        let (agreement, opening) = try await withDeadline(link, timing.greeting) {
            let binding = try ChannelBinding.ofInitiator(identity, transport)
            let handshake = try InitiatorHandshake(identity: identity, peer: peer, roles: roles, binding: binding)
            var opening = SessionOpening(link, handshake, understood: roles.understood)
            try opening.speak(handshake.greeting, firstFlight)
            return (try await opening.awaitWelcome(), opening)
        }
        let session = Session(link, .initiator, agreement, opening.state, opening, room: room, heads: heads)
        await session.startReading()
        link.watch(silence: timing.silence)
        return session
    }

    /// Waits for the greeting of a peer that dialled, and answers it. A peer without a trusted card is turned away before anything it says is read.
    ///
    /// - Parameters:
    ///   - room: for the manifests of the peer's studies; nothing bounds them without one.
    ///   - heads: what makes short heads whole; without it, or where its feature was not agreed on, none may come.
    /// - Throws: ``ProtocolError``: `notTrusted`, `badSignature`, `versionMismatch`, `noCommonCapability`, `peerSilent`, `cut`,
    ///   `peerAborted`, `protocolViolation`; `CancellationError`. The transport is closed then.
    public static func respond(
        over transport: any MessageTransport, identity: Identity, trust: TrustStore, roles: SessionRoles,
        timing: SessionTiming = SessionTiming(), room: (any ManifestRoom)? = nil, heads: (any HeadExpansion)? = nil
    ) async throws -> Session {
        let link = SessionLink(transport, clock: timing.clock)
        let (agreement, state) = try await withDeadline(link, timing.greeting) {
            let binding = try ChannelBinding.ofResponder(identity, transport)
            let handshake = try ResponderHandshake(
                identity: identity, trust: trust, certificateDER: transport.peerCertificateDER, roles: roles, binding: binding)
            return try await answer(link, SessionState(handshake, understood: roles.understood))
        }
        let session = Session(link, .responder, agreement, state, room: room, heads: heads)
        await session.startReading()
        link.watch(silence: timing.silence)
        return session
    }

    private static func answer(_ link: SessionLink, _ state: SessionState) async throws -> (Agreement, SessionState) {
        var state = state
        while true {
            guard let message = try await link.receive(envelopeLimit: WireMessage.greetingByteCount) else { throw ProtocolError.closed }
            var agreed: Agreement?
            for output in try state.receive(message) {
                if case .transmit(let answer) = output { try await link.transmit(answer).value }
                if case .agreed(let agreement) = output { agreed = agreement }
            }
            if let agreed { return (agreed, state) }
        }
    }

    /// The first exchange of a session, with its time limit and its failures told to the peer.
    private static func withDeadline<Result: Sendable>(
        _ link: SessionLink, _ deadline: Duration, _ exchange: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let timer = Task {
            guard (try? await link.clock.sleep(for: deadline)) != nil else { return }
            await link.fail(ProtocolError(.peerSilent, "the peer did not finish its greeting within \(deadline); connect again"))
        }
        defer { timer.cancel() }
        do {
            return try await exchange()
        } catch let error as ProtocolError {
            if let code = AbortCode(for: error) {
                // What exactly did not fit stays here: a stranger learns no more than the code.
                await link.abort(code, "")
            } else {
                await link.close()
            }
            throw error
        } catch {
            await link.close()
            throw error
        }
    }
}
