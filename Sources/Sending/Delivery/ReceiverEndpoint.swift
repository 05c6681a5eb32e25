import Basics
import Concurrency
import Protocol
import SecureChannel

/// This side's identity and the trusted receiver it writes to.
package struct ReceiverEndpoint: Sendable {
    package let identity: Identity
    package let peer: TrustedPeer

    init(identity: Identity, peer: TrustedPeer) {
        self.identity = identity
        self.peer = peer
    }

    /// - Throws: ``ProtocolError`` when there is no identity; `OperationFailure` `.notTrusted` when no card is trusted under `name`.
    package init(home: Home, to name: String) throws {
        try self.init(identity: Identity.load(from: home), trust: TrustStore(home: home), to: name)
    }

    /// - Throws: `OperationFailure` `.notTrusted` when no card is trusted under `name`.
    package init(identity: Identity, trust: TrustStore, to name: String) throws {
        self.identity = identity
        guard let peer = trust.peer(called: name) else {
            let known = trust.peers.map(\.name.text).joined(separator: ", ")
            throw OperationFailure(
                .notTrusted, "no card is trusted under the name \"\(name)\"; \(known.isEmpty ? "none is trusted" : "there are: \(known)")")
        }
        self.peer = peer
    }

    /// The receiver of a transfer, as it is trusted now.
    ///
    /// - Throws: `OperationFailure` `.notTrusted` when its card is not trusted any more; it says which command helps.
    package init(identity: Identity, trust: TrustStore, of study: OutboxStudy) throws {
        self.identity = identity
        guard let peer = trust.peer(fingerprint: study.peer) else {
            throw Self.isGone(study, now: trust.peer(called: study.peerName.text))
        }
        self.peer = peer
    }

    /// - Parameter successor: who is trusted under the receiver's name now.
    private static func isGone(_ study: OutboxStudy, now successor: TrustedPeer?) -> OperationFailure {
        let discarding = "'veilray-send discard \(study.transferID.short)' gives the study up"
        let name = study.peerName.word
        guard let successor else {
            return OperationFailure(
                .notTrusted,
                "the card of \(study.peerName), \(study.peer), is not trusted any more. If the receiver has a new identity, "
                    + "'veilray-send trust --replaces \(name)' with its new card moves the study to it; \(discarding)")
        }
        return OperationFailure(
            .notTrusted,
            "\(study.peerName) has another identity: the study waits for \(study.peer), and the card trusted now is of "
                + "\(successor.fingerprint). If they are the same receiver, 'veilray-send trust --replaces \(name)' with its new card moves "
                + "the study to it; \(discarding)")
    }

    /// Where the receiver listens.
    package func address(override: PeerAddress?) throws -> PeerAddress {
        if let override { return override }
        guard let address = peer.card.address else {
            throw OperationFailure(.invalidRequest, "the card of \(peer.name) names no address; give --address HOST:PORT")
        }
        return address
    }

    /// Begins to connect before there is anything to send.
    package func begin(_ earlyConnection: EarlyConnection, to address: PeerAddress) {
        earlyConnection.connect(EarlyConnection.Target(peer: peer.fingerprint, address: address)) { try await connect(to: address) }
    }

    private func connect(to address: PeerAddress) async throws -> SecureConnection {
        do { return try await secureConnection(to: address) } catch { throw inWords(error, at: address) }
    }

    private func secureConnection(to address: PeerAddress) async throws -> SecureConnection {
        let card = peer.card
        var configuration = ChannelConfiguration()
        // What waits in the queue is beyond the reach of whoever decides what goes first.
        configuration.sendQueueBytes = 1 << 20
        // The greeting travels at once: on a distant link every answer that is waited for costs a second.
        configuration.awaitsAcceptance = false
        return try await SecureConnector.connect(
            host: address.host, port: address.port,
            credentials: TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM),
            policy: .pinned { ContentDigest(of: $0) == card.certificateDigest }, configuration: configuration)
    }

    /// Connects, or takes the connection that was begun before, greets, and ends the session in an orderly way when `body` returns.
    ///
    /// - Parameters:
    ///   - watch: ends it when the receiver's card is removed.
    ///   - gauge: told of the connection.
    ///   - replies: takes what the receiver has for this side, meanwhile and afterwards; `nil` where nobody does.
    ///   - firstFlight: what is to travel along with the greeting, asked for when there is a connection.
    /// - Throws: ``CardRemoved``; what connecting, greeting and `body` throw.
    func withSession<Result: Sendable>(
        at address: PeerAddress, _ earlyConnection: EarlyConnection, _ watch: TrustWatch, _ gauge: LinkGauge, capabilities: Capabilities,
        replies: ReplyCollector? = nil, firstFlight: @escaping @Sendable () async throws -> FirstFlight,
        _ body: @escaping @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        let certificate = peer.card.certificateDER
        let claim = replies?.claim(peer.fingerprint)
        let session = try await watch.whileTrusted(certificate) {
            let early = try await earlyConnection.take(EarlyConnection.Target(peer: peer.fingerprint, address: address))
            let connection = if let early { early } else { try await connect(to: address) }
            gauge.attach(connection)
            return try await greet(over: connection, at: address, .source(capabilities), taking: claim?.taker) { try await firstFlight() }
        }
        gauge.attach(session)
        let taking = session.agreement.incoming == nil ? nil : claim?.take(from: session)
        do {
            let result = try await watch.whileTrusted(certificate) {
                await session.abort(.notTrusted, "the sender has removed this receiver's card")
            } _: {
                try await body(session)
            }
            if let claim, let taking { claim.leave(session, taking, watch) } else { await session.end() }
            return result
        } catch {
            taking?.cancel()
            // This task may be cancelled, and taking leave takes a moment.
            await withoutCancellation {
                await session.end()
                _ = await taking?.result
            }
            throw error
        }
    }

    /// Connects and greets as one that only takes what the receiver has for this side, and takes it until the receiver has no more, the
    /// session is over, or this task is cancelled.
    ///
    /// - Parameters:
    ///   - leavesNext: whether to leave when what waits now has come; otherwise the session is held.
    ///   - isHeld: told that the session is there.
    /// - Throws: `CardRemoved`; what connecting, greeting and taking throw.
    func collect(
        at address: PeerAddress, _ watch: TrustWatch, _ taker: any StudyTaking, capabilities: Capabilities, leavesNext: Bool,
        isHeld: @escaping @Sendable () -> Void
    ) async throws {
        let certificate = peer.card.certificateDER
        let session = try await watch.whileTrusted(certificate) {
            let connection = try await connect(to: address)
            let roles = SessionRoles(capabilities: capabilities, isSource: false, sink: nil)
            return try await greet(over: connection, at: address, roles, taking: taker)
        }
        isHeld()
        do {
            try await watch.whileTrusted(certificate) {
                await session.abort(.notTrusted, "this side has removed the receiver's card")
            } _: {
                if leavesNext { try await session.noMoreStudies() }
                try await taker.take(from: session)
            }
        } catch {
            await withoutCancellation { await session.end() }
            throw error
        }
        await session.end()
    }

    private func greet(
        over connection: SecureConnection, at address: PeerAddress, _ roles: SessionRoles, taking taker: (any StudyTaking)?,
        firstFlight: @Sendable () async throws -> FirstFlight? = { nil }
    ) async throws -> Session {
        var roles = roles
        if let taker { roles = await roles.taking(taker) }
        do {
            return try await Session.initiate(
                over: connection, identity: identity, peer: peer, roles: roles, firstFlight: try await firstFlight(), room: taker?.room,
                heads: taker?.heads)
        } catch {
            throw inWords(error, at: address)
        }
    }
}
